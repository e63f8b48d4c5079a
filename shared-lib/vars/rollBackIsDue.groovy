def call() {
    return env.RollbackOnFailure == 'true' && env.FAILED_STEP
}
