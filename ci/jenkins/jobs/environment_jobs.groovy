// The jobs, as Job DSL. Bound by casc.yaml, or by the seed job of docs/jenkins.md:
//   PROJECT_URL, PROJECT_BRANCH   where the pipelines are read from
//   ENVIRONMENTS                  names of the environments, separated by spaces
//   ADMIN_APP_USER                the account of the Admin Interface; empty: none
// Every parameter is declared here exactly as in its Jenkinsfile (a test compares them): Jenkins answers 400 to
// buildWithParameters for a job that has not declared them yet, and each build declares those of its Jenkinsfile.

List<String> environments = ENVIRONMENTS.tokenize()

// One line for each environment; the build's cause tells a timer from a person.
Closure<String> schedule = { String times, String more = '' ->
    environments.collect { "${times} %Environment=${it}${more}" }.join('\n')
}

Map once = [name: 'RequestId', description: 'Unique id of this request, so that sending it twice runs it once; may be empty']
Map queued = [name: 'RequestId', description: 'Unique id of this request, so that Jenkins does not merge two queued requests; may be empty']

List<Map> jobs = [
    [name: 'backup-environment', file: 'Jenkinsfile',
     purpose: 'Makes one archive of everything. Every night from 2 o\'clock, tried again each hour until one is verified that day.',
     timer: schedule('H 2-23 * * *', ';Description=nightly'),
     environment: 'The environment to back up',
     parameters: [[name: 'Description', asTyped: true, description: 'Why this backup is made; shown in the catalogue'], once]],
    [name: 'restore-environment', file: 'Jenkinsfile.restore',
     purpose: 'Puts an archive back, after a backup of what is there now. The undo of a restore is a restore of its safety archive.',
     environment: 'The environment to restore',
     parameters: [[name: 'BackupId', description: 'The archive to restore, as the catalogue lists it; empty is refused'],
                  [name: 'Description', asTyped: true, description: 'Why this restore is made; shown in the catalogue'], once,
                  [name: 'AllowMissing', description: 'Resources that the safety archive may lack because they cannot be read, each with the reason (elasticsearch: its disk is dead)'],
                  [name: 'SkipResources', description: 'Resources in the archive that are left out because they are not configured any more, each with the reason (firebase: the project is gone)'],
                  [name: 'FreshServer', description: 'Disaster recovery: why this server holds nothing yet, so that no safety archive is made; refused unless every resource is empty or absent'],
                  [name: 'AcceptNoSafety', description: 'Why an environment that an interrupted restore left closed may be restored although its safety archive is damaged'],
                  [name: 'RollbackOnFailure', flag: true, description: 'Put the state before the restore back when a step fails']]],
    [name: 'prune-archives', file: 'ci/jenkins/Jenkinsfile.prune-archives',
     purpose: 'Removes the archives that the retention policy no longer keeps.',
     environment: 'The environment whose archives are removed where the retention policy no longer keeps them',
     parameters: [[name: 'DryRun', flag: false, description: 'Only show what would be removed, and why the rest stays']]],
    [name: 'manage-archive', file: 'ci/jenkins/Jenkinsfile.manage-archive',
     purpose: 'Pins or unpins one archive, or reads it whole.',
     environment: 'The environment that the archive belongs to',
     parameters: [[name: 'BackupId', description: 'The archive, as the catalogue lists it; empty is refused'],
                  [name: 'Action', choices: ['pin', 'unpin', 'verify'], description: 'pin: prune keeps it; unpin: the retention rules decide again; verify: read it whole, now'],
                  [name: 'Reason', description: 'Why it is pinned; shown in the catalogue'],
                  queued]],
    [name: 'verify-archives', file: 'ci/jenkins/Jenkinsfile.verify-archives',
     purpose: 'Reads archives again, for at most four hours, the one not read for longest first.',
     timer: schedule('H 5 * * *'),
     environment: 'The environment whose archives are read again, the one not read for longest first',
     parameters: []],
    [name: 'reconcile-environment', file: 'ci/jenkins/Jenkinsfile.reconcile-environment',
     purpose: 'Clears up after a build that died, and reports the environment\'s state.',
     environment: 'The environment in which a build died: what is left of it is cleared up',
     parameters: [queued]],
    [name: 'check-backups', file: 'ci/jenkins/Jenkinsfile.check-backups',
     purpose: 'Fails, and mails, when the newest verified archive is older than 26 hours.',
     timer: schedule('H 8 * * *'),
     environment: 'The environment that must have a verified archive of the last 26 hours',
     parameters: []],
]

jobs.each { Map facts ->
    List<Map> declared = [[name: 'Environment', description: facts.environment + ', for example athena-production']] + facts.parameters
    pipelineJob(facts.name) {
        description(facts.purpose)
        parameters {
            declared.each { Map parameter ->
                if (parameter.choices) {
                    choiceParam(parameter.name, parameter.choices, parameter.description)
                } else if (parameter.containsKey('flag')) {
                    booleanParam(parameter.name, parameter.flag, parameter.description)
                } else {
                    // stringParam knows no trim
                    string {
                        name(parameter.name)
                        defaultValue('')
                        description(parameter.description)
                        trim(!parameter.asTyped)
                    }
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
