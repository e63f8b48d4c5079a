import java.lang.annotation.Retention
import java.lang.annotation.RetentionPolicy

/** The annotation with which a Jenkinsfile loads the shared library. In the default package, as a Jenkinsfile imports nothing. */
@Retention(RetentionPolicy.SOURCE)
@interface Library {
    String value()
}
