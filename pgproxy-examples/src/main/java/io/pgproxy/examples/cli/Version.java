package io.pgproxy.examples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the build, for {@code --version}. */
public final class Version implements IVersionProvider {

    /** Made by picocli. */
    public Version() {}

    @Override
    public String[] getVersion() throws IOException {
        Properties build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/io/pgproxy/examples/version.properties")) {
            build.load(Objects.requireNonNull(in));
        }
        return new String[] {"pgproxy " + build.getProperty("version")};
    }
}
