// Takes away what setup.groovy made.
import jenkins.model.Jenkins
import org.jenkinsci.plugins.workflow.libs.GlobalLibraries

def jenkins = Jenkins.get()
facts.job_names.each { jenkins.getItem(it)?.delete() }
def node = jenkins.getNode(facts.agent)
if (node != null) {
    jenkins.removeNode(node)
}
def libraries = GlobalLibraries.get()
libraries.setLibraries(libraries.getLibraries().findAll { it.getName() != 'environment-backup' })
println 'GONE'
