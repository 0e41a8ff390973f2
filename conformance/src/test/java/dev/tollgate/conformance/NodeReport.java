package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The results in a report of {@code node --test --test-reporter=junit} (nodejs.org: "Test runner", "Test reporters"). */
final class NodeReport {
    /** What a message may hold and XML 1.0 may not. */
    private static final Pattern NOT_XML = Pattern.compile("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]");

    private NodeReport() {}

    /** How one of Node's tests ended. */
    sealed interface Result {
        String name();

        /** Ends the JUnit test that stands for it in the same way. {@code file} says where it is. */
        default void replay(String file) {
            switch (this) {
                case Passed _ -> {}
                case Skipped skipped -> abort(file + ": " + name() + ": " + skipped.why());
                case Failed failed -> fail(file + ": " + name() + "\n" + failed.details());
            }
        }
    }

    record Passed(String name) implements Result {}

    record Skipped(String name, String why) implements Result {}

    /** Failed, or did not come to its end; a file that cannot be loaded is a failed test of the file's name. */
    record Failed(String name, String details) implements Result {}

    static List<Result> parse(String xml) throws IOException {
        NodeList cases = cases(NOT_XML.matcher(xml).replaceAll("?"));
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < cases.getLength(); i++) {
            results.add(result((Element) cases.item(i)));
        }
        return results;
    }

    private static NodeList cases(String xml) throws IOException {
        try {
            DocumentBuilderFactory parsers = DocumentBuilderFactory.newDefaultInstance();
            parsers.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return parsers.newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)))
                    .getElementsByTagName("testcase");
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("Node's report is no XML: " + xml, e);
        }
    }

    private static Result result(Element test) {
        String name = test.getAttribute("name");
        NodeList failures = test.getElementsByTagName("failure");
        if (failures.getLength() > 0) {
            return new Failed(name, failures.item(0).getTextContent().strip());
        }
        NodeList skips = test.getElementsByTagName("skipped");
        if (skips.getLength() > 0) {
            return new Skipped(name, ((Element) skips.item(0)).getAttribute("message"));
        }
        return new Passed(name);
    }
}
