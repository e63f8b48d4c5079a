package runner

/**
 * The pipeline asks for something that this runner does not know. An Error, not an Exception, so that no
 * catchError, try or post of the pipeline can pass over it: the run ends at once with exit code 2.
 */
class Refused extends Error {
    Refused(String message) {
        super(message)
    }
}
