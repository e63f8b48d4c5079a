def call() {
    if (!env.BACKUP_MAIL_TO) {
        echo 'no mail is sent: BACKUP_MAIL_TO is not set'
        return
    }
    mail to: env.BACKUP_MAIL_TO,
         subject: "${currentBuild.currentResult}: ${env.JOB_NAME} ${currentBuild.displayName}",
         body: "${currentBuild.description ?: 'The build ended before its first step.'}\n\n${env.BUILD_URL}\n"
}
