def call(List pairs, Closure body) {
    enter pairs.collectEntries { it.toString().split('=', 2).toList() }
    try {
        return body()
    } finally {
        leave()
    }
}
