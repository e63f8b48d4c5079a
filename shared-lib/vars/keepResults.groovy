def call() {
    String folder = "results/${env.BUILD_NUMBER}"
    junit testResults: "${folder}/*.xml", allowEmptyResults: true
    archiveArtifacts artifacts: "${folder}/**", allowEmptyArchive: true
    dir('results') {
        deleteDir()
    }
}
