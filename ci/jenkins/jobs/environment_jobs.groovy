// The jobs, as Job DSL. Bound by casc.yaml, or by the seed job of docs/jenkins.md:
//   PROJECT_URL, PROJECT_BRANCH   where the pipelines are read from
//   ENVIRONMENTS                  names of the environments, separated by spaces
//   ADMIN_APP_USER                the account of the Admin Interface; empty: none
// Every parameter is declared here as in its Jenkinsfile: Jenkins answers 400 to buildWithParameters for a
// job that has not declared them yet.

List<String> environments = ENVIRONMENTS.tokenize()

// One line for each environment; the build's cause tells a timer from a person.
Closure<String> schedule = { String times, String more = '' ->
    environments.collect { "${times} %Environment=${it}${more}" }.join('\n')
}

Map which = [name: 'Environment', description: "One of: ${environments.join(', ')}"]
Map archive = [name: 'BackupId', description: 'The archive, as the catalogue lists it; empty is refused']
Map why = [name: 'Description', description: 'Why; shown in the catalogue']
Map request = [name: 'RequestId', description: 'Unique id of this request, so that sending it twice runs it once; may be empty']

List<Map> jobs = [
    [name: 'backup-environment', file: 'Jenkinsfile',
     purpose: 'Makes one archive of everything. Every night from 2 o\'clock, tried again each hour until one is verified that day.',
     timer: schedule('H 2-23 * * *', ';Description=nightly'),
     parameters: [which, why, request]],
    [name: 'restore-environment', file: 'Jenkinsfile.restore',
     purpose: 'Puts an archive back, after a backup of what is there now. The undo of a restore is a restore of its safety archive.',
     parameters: [which, archive, why, request,
                  [name: 'AllowMissing', description: 'Resources that the safety archive may lack, each with the reason (elasticsearch: its disk is dead)'],
                  [name: 'SkipResources', description: 'Resources in the archive that are left out, each with the reason (firebase: the project is gone)'],
                  [name: 'FreshServer', description: 'Disaster recovery: why this server holds nothing yet, so that no safety archive is made'],
                  [name: 'AcceptNoSafety', description: 'Why a closed environment may be restored although its safety archive is damaged'],
                  [name: 'RollbackOnFailure', flag: true, description: 'Put the state before the restore back when a step fails']]],
    [name: 'prune-archives', file: 'ci/jenkins/Jenkinsfile.prune-archives',
     purpose: 'Removes the archives that the retention policy lets go.',
     parameters: [which, [name: 'DryRun', flag: false, description: 'Only show what would be removed, and why the rest stays']]],
    [name: 'manage-archive', file: 'ci/jenkins/Jenkinsfile.manage-archive',
     purpose: 'Pins or unpins one archive, or reads it whole.',
     parameters: [which, archive,
                  [name: 'Action', choices: ['pin', 'unpin', 'verify'], description: 'pin: prune keeps it; unpin: the retention rules decide again; verify: read it whole, now'],
                  [name: 'Reason', description: 'Why it is pinned; shown in the catalogue'],
                  request]],
    [name: 'verify-archives', file: 'ci/jenkins/Jenkinsfile.verify-archives',
     purpose: 'Reads archives again, for at most four hours, the one not read for longest first.',
     timer: schedule('H 5 * * *'),
     parameters: [which]],
    [name: 'reconcile-environment', file: 'ci/jenkins/Jenkinsfile.reconcile-environment',
     purpose: 'Clears up after a build that died, and says how the environment stands.',
     parameters: [which]],
    [name: 'check-backups', file: 'ci/jenkins/Jenkinsfile.check-backups',
     purpose: 'Fails, and mails, when the newest verified archive is older than 26 hours.',
     timer: schedule('H 8 * * *'),
     parameters: [which]],
]

jobs.each { Map facts ->
    pipelineJob(facts.name) {
        description(facts.purpose)
        parameters {
            facts.parameters.each { Map parameter ->
                if (parameter.choices) {
                    choiceParam(parameter.name, parameter.choices, parameter.description)
                } else if (parameter.containsKey('flag')) {
                    booleanParam(parameter.name, parameter.flag, parameter.description)
                } else {
                    stringParam(parameter.name, '', parameter.description)
                }
            }
        }
        if (facts.timer) {
            properties {
                pipelineTriggers {
                    triggers {
                        parameterizedCron { parameterizedSpecification(facts.timer) }
                    }
                }
            }
        }
        if (ADMIN_APP_USER) {
            authorization {
                userPermissions(ADMIN_APP_USER, ['hudson.model.Item.Build', 'hudson.model.Item.Read'])
            }
        }
        definition {
            cpsScm {
                scm {
                    git {
                        remote { url(PROJECT_URL) }
                        branch(PROJECT_BRANCH)
                    }
                }
                scriptPath(facts.file)
                lightweight(true)
            }
        }
    }
}
