def call(String path, Closure body) {
    echo path
    return body()
}
