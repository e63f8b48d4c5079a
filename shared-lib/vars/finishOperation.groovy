def call() {
    runStep 'operation', 'finish'
}
