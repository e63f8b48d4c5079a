def call(String step) {
    try {
        runStep step
    } catch (err) {
        if (!rollBackIsDue()) {
            throw err
        }
        // The stage and the build turn red, and the build goes on to stage Roll back.
        catchError(buildResult: 'FAILURE', stageResult: 'FAILURE', catchInterruptions: false) {
            throw err
        }
    }
}
