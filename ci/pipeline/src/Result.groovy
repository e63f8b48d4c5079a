package runner

/** Results of a build, from good to bad; the worse one stays. */
enum Result {
    SUCCESS(0), UNSTABLE(1), FAILURE(1), ABORTED(143)

    final int exitCode

    Result(int exitCode) {
        this.exitCode = exitCode
    }

    Result worse(Result other) {
        return other.ordinal() > ordinal() ? other : this
    }

    static Result of(Throwable error) {
        return error instanceof Interrupted ? ABORTED : FAILURE
    }
}
