def call(String kind) {
    env.AGENT_EXECUTORS = agentExecutors()
    def result = withEnv(["BUILD_SCHEDULED_AT=${currentBuild.timeInMillis}",
                          "BUILD_CAUSE=${writeJSON(json: currentBuild.getBuildCauses(), returnText: true)}"]) {
        runStep 'operation', "begin --kind ${kind}"
    }
    if (result.outcome == 'already_done') {
        env.OPERATION_ALREADY_DONE = 'true'
    } else {
        env.OPERATION_ID = result.operation_id
    }
}
