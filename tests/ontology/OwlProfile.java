import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileReport;

/** Prints, for each file, its name, whether the OWL API finds it in OWL 2 DL, and the violations. */
public class OwlProfile {
    public static void main(String[] files) {
        for (String file : files) {
            String verdict;
            try {
                OWLOntology ontology = OWLManager.createOWLOntologyManager()
                        .loadOntologyFromOntologyDocument(new File(file));
                OWLProfileReport report = new OWL2DLProfile().checkOntology(ontology);
                verdict = report.isInProfile() ? "in" : "out\t" + report.getViolations();
            } catch (Exception error) {
                verdict = "unreadable\t" + error.getClass().getName();
            }
            System.out.println(file + "\t" + verdict.replace('\n', ' '));
        }
    }
}
