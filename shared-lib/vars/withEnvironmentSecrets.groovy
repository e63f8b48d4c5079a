def call(Closure body) {
    def bindings = (env.ENVIRONMENT_SECRETS ?: '').tokenize().collect {
        string(variable: it, credentialsId: "${env.Environment}-${it.toLowerCase().replace('_', '-')}")
    }
    return bindings ? withCredentials(bindings) { body() } : body()
}
