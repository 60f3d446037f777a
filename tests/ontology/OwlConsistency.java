import java.io.File;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLOntology;

/** Prints, for each file, whether HermiT finds it consistent, and the classes that can have no members. */
public class OwlConsistency {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            OWLOntology ontology = OWLManager.createOWLOntologyManager()
                    .loadOntologyFromOntologyDocument(new File(file));
            Reasoner reasoner = new Reasoner(new Configuration(), ontology);
            String verdict = "inconsistent";
            if (reasoner.isConsistent()) {
                verdict = "consistent";
                for (OWLClass empty : reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()) {
                    verdict += "\t" + empty.getIRI();
                }
            }
            System.out.println(file + "\t" + verdict);
        }
    }
}
