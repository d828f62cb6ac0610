package io.pgproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Test;

/** Bouncy Castle is an optional dependency: it is missed when a hash is made or checked, and not before. */
class WithoutBouncyCastleTest {
    private static final String HASH =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    @Test
    void allElseWorks() throws Exception {
        Class<?> hash = new Without().loadClass("io.pgproxy.auth.PasswordHash");
        Class<?> verifier = hash.getClassLoader().loadClass("io.pgproxy.auth.ScramVerifier");

        assertThat(hash).isNotSameAs(PasswordHash.class);
        assertThat(hash.getMethod("parse", String.class).invoke(null, HASH))
                .hasToString("PasswordHash[m=65536,t=2,p=1]");
        assertThat(verifier.getMethod("of", char[].class).invoke(null, (Object) "x".toCharArray()))
                .hasToString("ScramVerifier[iterations=4096]");
        assertThatThrownBy(() -> hash.getMethod("of", char[].class).invoke(null, (Object) "x".toCharArray()))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    /** Loads our classes anew, and has no Bouncy Castle. */
    private static final class Without extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.bouncycastle.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.pgproxy.auth.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try (InputStream in = PasswordHash.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
