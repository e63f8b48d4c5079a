def call() {
    def causes = currentBuild.getBuildCauses()
    def byUser = causes.find { it.userId }
    return byUser ? byUser.userId : causes.collect { it.shortDescription }.join(', ')
}
