// Run in the script console of a test controller: shared library, agent and jobs of the tests. `facts` is bound
// by real.py. Nothing of an earlier owner is replaced: the jobs must not be there yet.
import hudson.model.Node
import hudson.plugins.git.GitSCM
import hudson.slaves.DumbSlave
import hudson.slaves.JNLPLauncher
import hudson.slaves.RetentionStrategy
import javaposse.jobdsl.plugin.JenkinsDslScriptLoader
import javaposse.jobdsl.plugin.JenkinsJobManagement
import javaposse.jobdsl.plugin.LookupStrategy
import jenkins.model.Jenkins
import jenkins.model.JenkinsLocationConfiguration
import jenkins.plugins.git.GitSCMSource
import jenkins.plugins.git.traits.BranchDiscoveryTrait
import org.jenkinsci.plugins.workflow.libs.GlobalLibraries
import org.jenkinsci.plugins.workflow.libs.LibraryConfiguration
import org.jenkinsci.plugins.workflow.libs.SCMSourceRetriever

def jenkins = Jenkins.get()
def present = facts.job_names.findAll { jenkins.getItem(it) != null }
if (present && !facts.replace_jobs) {
    println "REFUSED: this controller has the jobs ${present.join(', ')} already"
    return
}

// without it builds have no URL that a message could name
def location = JenkinsLocationConfiguration.get()
if (!location.getUrl()) {
    location.setUrl(facts.url)
}

// the clone of the project is a folder of this machine
GitSCM.ALLOW_LOCAL_CHECKOUT = true

def source = new GitSCMSource(facts.project)
source.setTraits([new BranchDiscoveryTrait()])
def retriever = new SCMSourceRetriever(source)
retriever.setLibraryPath('shared-lib/')
def library = new LibraryConfiguration('environment-backup', retriever)
library.setDefaultVersion(facts.branch)
library.setAllowVersionOverride(false)
def libraries = GlobalLibraries.get()
libraries.setLibraries(libraries.getLibraries().findAll { it.getName() != library.getName() } + [library])

def agent = new DumbSlave(facts.agent, facts.agent_folder, new JNLPLauncher())
agent.setNumExecutors(4)
agent.setLabelString("environment-${facts.environment}")
agent.setMode(Node.Mode.EXCLUSIVE)
agent.setRetentionStrategy(RetentionStrategy.INSTANCE)
jenkins.addNode(agent)

def management = new JenkinsJobManagement(System.out, facts.bound, null, null, LookupStrategy.JENKINS_ROOT)
new JenkinsDslScriptLoader(management).runScript(facts.job_dsl)

println "SECRET ${jenkins.getComputer(facts.agent).getJnlpMac()}"
