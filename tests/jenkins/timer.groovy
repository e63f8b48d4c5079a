// Starts a job as its timer does.
import hudson.model.CauseAction
import hudson.model.ParametersAction
import hudson.model.StringParameterValue
import jenkins.model.Jenkins
import org.jenkinsci.plugins.parameterizedscheduler.ParameterizedTimerTriggerCause

def parameters = facts.parameters.collect { name, value -> new StringParameterValue(name, value) }
Jenkins.get().getItem(facts.job).scheduleBuild2(
    0, new CauseAction(new ParameterizedTimerTriggerCause(facts.parameters)), new ParametersAction(parameters))
println 'SCHEDULED'
