// The only place in the project that starts a shell. `step` and `arguments` are
// constant words of a Jenkinsfile; whatever a person typed is in the environment.
def call(String step, String arguments = '') {
    if (env.OPERATION_ALREADY_DONE == 'true') {
        echo "${step}: nothing to do, an earlier build has carried this request out"
        return [:]
    }
    String words = "${step} ${arguments}".trim()
    if (!words.matches('[a-z]+( [a-z-]+)*')) {
        error "runStep takes constant words only; parameters reach a step through its environment"
    }
    writeFile file: 'step-result.json', text: ''
    def exitCode = withEnvironmentSecrets {
        withEnv(["STEPS_HOME=${env.STEPS_HOME ?: '/opt/environment-backup/current'}",
                 "STEP_RESULT=${env.WORKSPACE}/step-result.json"]) {
            // exec: the shell becomes the step, so that a stopped build waits for the step and not for a shell
            sh label: words, script: "exec \"\$STEPS_HOME/bin/${step}\" ${arguments}", returnStatus: true
        }
    }
    def result = resultOf(words)
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
def resultOf(String words) {
    String text = readFile('step-result.json').trim()
    if (text) {
        return readJSON(text: text, returnPojo: true)
    }
    return [outcome: 'unknown',
            message: "${words} wrote no result",
            hint: 'read its last lines above; it was killed, or is not installed']
}
