def call(Map result) {
    currentBuild.displayName = "#${env.BUILD_NUMBER} ${env.Environment}"
    if (result.outcome == 'already_done') {
        currentBuild.description = "${result.backup_id}: done by an earlier build"
    } else if (result.outcome != 'ok') {
        currentBuild.description = result.message
    } else if (result.step == 'snapshot' && currentBuild.description) {
        currentBuild.description = "${currentBuild.description}, safety archive ${result.backup_id}"
    } else if (result.step == 'snapshot') {
        currentBuild.description = "archive ${result.backup_id}"
    } else if (result.step == 'operation' && result.backup_id && !currentBuild.description) {
        currentBuild.description = "restore of ${result.backup_id}"
    }
    if (result.way_out) {
        currentBuild.description = "${currentBuild.description ?: result.step}; ${result.way_out}"
    }
}
