def call(String kind) {
    def causes = currentBuild.getBuildCauses()
    def result = withEnv(["BUILD_SCHEDULED_AT=${currentBuild.timeInMillis}",
                          "BUILD_CAUSE=${writeJSON(json: causes, returnText: true)}",
                          "REQUESTED_BY=${requester(causes)}"]) {
        runStep 'operation', "begin --kind ${kind}"
    }
    if (result.outcome == 'already_done') {
        env.OPERATION_ALREADY_DONE = 'true'
    } else {
        env.OPERATION_ID = result.operation_id
    }
}

// The user who started the build, or what else started it (a timer, a replay).
def requester(causes) {
    def byUser = causes.find { it.userId }
    return byUser ? byUser.userId : causes.collect { it.shortDescription }.join(', ')
}
