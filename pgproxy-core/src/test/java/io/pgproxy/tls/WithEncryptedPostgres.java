package io.pgproxy.tls;

import io.pgproxy.testkit.junit.WithPostgres;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A server of which {@link EncryptedServer} makes one that encrypts. A role for each method of pg_hba.conf may log in
 * by TLS alone; that of {@code relayed} either way.
 */
@WithPostgres(
        name = "encrypted",
        hba = {
            "hostnossl all tls_cert,tls_scram,tls_md5,tls_clear,tls_trust 127.0.0.1/32 reject",
            "hostssl all tls_cert 127.0.0.1/32 cert",
            "hostssl all tls_scram 127.0.0.1/32 scram-sha-256",
            "hostssl all tls_md5 127.0.0.1/32 md5",
            "hostssl all tls_clear 127.0.0.1/32 password",
            "hostssl all tls_trust 127.0.0.1/32 trust",
            "host all relayed 127.0.0.1/32 scram-sha-256"
        })
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WithEncryptedPostgres {}
