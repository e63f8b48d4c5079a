def call(Map result) {
    currentBuild.displayName = "#${env.BUILD_NUMBER} ${env.Environment}"
    if (result.outcome == 'already_done') {
        currentBuild.description = "${result.backup_id}: done by an earlier build"
    } else if (result.outcome != 'ok') {
        currentBuild.description = result.message
    } else if (result.backup_id && result.step == 'snapshot') {
        currentBuild.description = [currentBuild.description, "archive ${result.backup_id}"].findAll().join(', ')
    } else if (result.backup_id && result.step == 'operation' && !currentBuild.description) {
        currentBuild.description = "restore of ${result.backup_id}"
    }
}
