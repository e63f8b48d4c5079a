package runner

/** One build: what it was started with, and what has become of it so far. */
class Build {
    final RunOptions options
    final BuildLog log
    final Interrupter interrupter = new Interrupter()
    final List<Map> causes
    final long scheduledAt
    BuildEnvironment environment
    Map<String, Object> params = [:]
    Result result = Result.SUCCESS
    String displayName
    String description

    Build(RunOptions options, BuildLog log) {
        this.options = options
        this.log = log
        causes = Causes.of(options.cause)
        scheduledAt = options.scheduledAt ?: System.currentTimeMillis()
        displayName = "#${options.buildNumber}"
    }

    /** Called when the parameters are known: they are variables of the environment too. */
    void begin(Map<String, Object> parameters) {
        params = Collections.unmodifiableMap(parameters)
        environment.assignAll(variables())
        environment.assignAll(parameters.collectEntries { name, value -> [name, value.toString()] })
    }

    void fail(Throwable error) {
        result = result.worse(Result.of(error))
    }

    void becomes(Result worse) {
        result = result.worse(worse)
    }

    private Map<String, String> variables() {
        String number = options.buildNumber
        return [BUILD_DISPLAY_NAME: "#${number}".toString(), BUILD_ID: number, BUILD_NUMBER: number,
                BUILD_TAG: "jenkins-${options.job}-${number}".toString(), BUILD_URL: options.buildUrl,
                JOB_BASE_NAME: options.job, JOB_NAME: options.job,
                WORKSPACE: options.workspace.path, WORKSPACE_TMP: "${options.workspace.path}@tmp".toString()]
    }
}
