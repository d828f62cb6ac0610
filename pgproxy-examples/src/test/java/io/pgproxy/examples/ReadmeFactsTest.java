package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.examples.cli.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the README says in tables, coordinates and links. */
class ReadmeFactsTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

    private final Readme readme = Readme.read();

    ReadmeFactsTest() throws IOException {}

    @Test
    void theTablesHaveEveryOptionWithItsDefault() {
        assertHasOptionsOf(new CommandLine(new Passthrough()));
        assertHasOptionsOf(new CommandLine(new Guarded()));
    }

    private void assertHasOptionsOf(CommandLine example) {
        for (OptionSpec option : example.getCommandSpec().options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
                String value = option.defaultValue() == null ? "" : "`" + option.defaultValue() + "`";
                assertThat(readme.text()).contains("\n| `" + option.longestName() + label + "` | " + value);
            }
        }
    }

    @Test
    void theTableHasEverySettingOfTheEnvironment() throws Exception {
        for (String line : Files.readAllLines(readme.root().resolve("pgproxy-examples/.env.example"))) {
            if (line.matches("[A-Z_]+=.*")) {
                String[] parts = line.split("=", 2);
                assertThat(readme.text()).containsPattern("(?m)^\\|.*`" + parts[0] + "`.*\\|");
                if (!parts[0].startsWith("UPSTREAM_") || parts[0].endsWith("_PORT")) {
                    assertThat(readme.text())
                            .containsPattern("(?m)^\\|.*`" + parts[0] + "`[^|]*\\|[^|]*`" + parts[1] + "`");
                }
            }
        }
    }

    @Test
    void theTableOfTheSplitHasEverySettingOfItsFile() throws Exception {
        String section = readme.text().replaceFirst("(?s).*\n### Read/write split\n(.*?)\n### .*", "$1");
        for (String line :
                Files.readAllLines(readme.root().resolve("pgproxy-examples/read-write-split/.env.example"))) {
            if (line.matches("[A-Z_]+=.*")) {
                String[] parts = line.split("=", 2);
                boolean isDefault = !parts[0].startsWith("PG_") && !parts[1].isEmpty();
                assertThat(section).contains("\n| `" + parts[0] + "` | " + (isDefault ? "`" + parts[1] + "` |" : "|"));
            }
        }
    }

    @Test
    void theCoordinatesAreThoseOfTheBuild() throws Exception {
        String dependency = readme.blocks("xml").get(0);

        assertThat(dependency).contains("<version>" + new Version().getVersion()[0].replace("pgproxy ", "") + "<");
        assertThat(Pattern.compile("<artifactId>(.*)</artifactId>")
                        .matcher(dependency)
                        .results())
                .hasSize(2)
                .allMatch(found ->
                        Files.exists(readme.root().resolve(found.group(1)).resolve("pom.xml")));
    }

    @Test
    void everyLinkLeadsToAFile() throws Exception {
        try (Stream<Path> pages = Files.walk(readme.root().resolve("docs"))) {
            for (Path page : Stream.concat(Stream.of(readme.root().resolve("README.md")), pages)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList()) {
                assertThat(LINK.matcher(Files.readString(page))
                                .results()
                                .map(link -> page.resolveSibling(link.group(1)).normalize()))
                        .as(page.toString())
                        .allMatch(Files::exists);
            }
        }
    }
}
