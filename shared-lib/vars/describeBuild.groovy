def call(Map result) {
    currentBuild.displayName = "#${env.BUILD_NUMBER} ${env.Environment}"
    def news = [currentBuild.description, subjectOf(result), archiveOf(result), troubleOf(result),
                endOf(result), result.way_out]
    currentBuild.description = news.findAll { it }.join('; ')
}

// What was asked for, shown before it is known whether it may be done.
def subjectOf(Map result) {
    if (env.Action) {
        return "${env.Action} ${env.BackupId}"
    }
    if (result.verb != 'begin') {
        return ''
    }
    return [env.BackupId ? "restore of ${env.BackupId}" : '', env.Description].findAll { it }.join(': ')
}

def archiveOf(Map result) {
    if (result.outcome == 'already_done') {
        return "${result.backup_id}: done by an earlier build"
    }
    if (result.step != 'snapshot' || result.outcome != 'ok') {
        return ''
    }
    return env.BackupId ? "safety archive ${result.backup_id}" : "archive ${result.backup_id}"
}

def endOf(Map result) {
    return result.ended_as == 'rolled_back' ? 'rolled back to the state before' : result.operation_outcome
}

def troubleOf(Map result) {
    return result.outcome in ['ok', 'already_done'] ? '' : result.message
}
