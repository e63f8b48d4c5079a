package runner

/** The build was stopped from outside (SIGTERM, SIGINT) or by a time-out. Jenkins: FlowInterruptedException. */
class Interrupted extends RuntimeException {
    Interrupted(String message) {
        super(message)
    }
}
