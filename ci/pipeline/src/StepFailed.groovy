package runner

/** A step of the pipeline failed. Jenkins: AbortException, shown as one line without a stack trace. */
class StepFailed extends RuntimeException {
    StepFailed(String message) {
        super(message)
    }
}
