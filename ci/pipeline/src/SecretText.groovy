package runner

/** One `string(credentialsId: ..., variable: ...)` of withCredentials; its value comes from --credential ID=FILE. */
class SecretText {
    String id
    String variable

    String read(Map<String, File> files) {
        File file = files[id]
        if (file == null) {
            throw new StepFailed("Could not find credentials entry with ID '${id}'")
        }
        return file.getText('UTF-8').trim()
    }
}
