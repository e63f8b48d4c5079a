// The only place in the project that starts a shell. `step` and `arguments` are
// constant words of a Jenkinsfile; whatever a person typed is in the environment.
def call(String step, String arguments = '') {
    if (env.OPERATION_ALREADY_DONE == 'true') {
        echo "${step}: nothing to do, an earlier build has carried this request out"
        return [:]
    }
    String words = "${step} ${arguments}".trim()
    if (!words.matches('[a-z]+( [a-z0-9-]+)*')) {
        error 'runStep takes constant words only; parameters reach a step through its environment'
    }
    String results = "results/${env.BUILD_NUMBER}"
    String file = "${results}/${words.replaceAll('[ -]+', '-')}.json"
    writeFile file: file, text: ''
    def exitCode = withEnvironmentSecrets {
        withEnv(["STEPS_HOME=${env.STEPS_HOME ?: '/opt/environment-backup/current'}",
                 "STEP_RESULT=${env.WORKSPACE}/${file}",
                 "STEP_REPORT_FOLDER=${env.WORKSPACE}/${results}",
                 "REQUESTED_BY=${requestedBy()}"]) {
            // exec: the shell becomes the step, so that a stopped build waits for the step and not for a shell
            sh label: words, script: "exec \"\$STEPS_HOME/bin/${step}\" ${arguments}", returnStatus: true
        }
    }
    def result = resultOf(file, words)
    describeBuild(result)
    if (result.outcome == 'failed') {
        env.FAILED_STEP = words
    }
    if (exitCode != 0 || result.outcome == 'unknown') {
        error "${words} failed with exit code ${exitCode}: ${result.message}; hint: ${result.hint}"
    }
    return result
}

// What the step wrote, or, when it was ended before it could write, a sentence that says so.
def resultOf(String file, String words) {
    String text = readFile(file).trim()
    if (text) {
        return readJSON(text: text, returnPojo: true)
    }
    return [outcome: 'unknown',
            message: "${words} wrote no result",
            hint: 'read its last lines above; it was killed, or is not installed']
}
