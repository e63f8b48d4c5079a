def call(Map options, Closure body) {
    try {
        body()
    } catch (IllegalStateException err) {
        echo "${options.buildResult}: ${err.message}"
    }
}
