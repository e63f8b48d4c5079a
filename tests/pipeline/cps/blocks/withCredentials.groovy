def call(List bindings, Closure body) {
    enter bindings.collectEntries { [it.variable, 'secret of ' + it.credentialsId] }
    try {
        return body()
    } finally {
        leave()
    }
}
