package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.PgError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionGuardTest {
    private final ReadOnlyHook hook = ReadOnlyHook.builder().build();

    private static OfflineSession healthy() {
        return new OfflineSession()
                .report("server_version", "15.20")
                .report("default_transaction_read_only", "on")
                .report("client_encoding", "UTF8")
                .report("standard_conforming_strings", "on")
                .report("is_superuser", "off")
                .report("session_authorization", "reader");
    }

    @ParameterizedTest
    @CsvSource({
        "default_transaction_read_only, off",
        "Default_Transaction_Read_Only, off",
        "default_transaction_read_only, ''",
        "client_encoding, LATIN1",
        "client_encoding, SQL_ASCII",
        "standard_conforming_strings, off"
    })
    void aReportThatTheWallIsOpenEndsTheSession(String setting, String value) {
        PgError error = OfflineClient.error(hook.reported(healthy(), setting, value));

        assertThat(error).isNotNull();
        assertThat(error.sqlState()).isEqualTo("25006");
        assertThat(error.isFatal()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "default_transaction_read_only, on",
        "client_encoding, UTF8",
        "standard_conforming_strings, on",
        "TimeZone, UTC",
        "is_superuser, on"
    })
    void otherReportsAreHeard(String setting, String value) {
        assertThat(OfflineClient.error(hook.reported(healthy(), setting, value)))
                .isNull();
    }

    @Test
    void aSessionThatIsReadOnlyBegins() {
        assertThat(OfflineClient.error(hook.authenticated(healthy()))).isNull();
    }

    @Test
    void aServerThatDoesNotTellIsRefusedByItsVersion() {
        OfflineSession old = new OfflineSession()
                .report("server_version", "13.9")
                .report("client_encoding", "UTF8")
                .report("standard_conforming_strings", "on");

        PgError error = OfflineClient.error(hook.authenticated(old));

        assertThat(error).isNotNull();
        assertThat(error.sqlState()).isEqualTo("0A000");
        assertThat(error.isFatal()).isTrue();
        assertThat(error.message()).contains("the server (13.9) does not report default_transaction_read_only");
    }

    @Test
    void aSessionThatMayWriteDoesNotBegin() {
        OfflineSession writing = healthy().report("default_transaction_read_only", "off");

        PgError error = OfflineClient.error(hook.authenticated(writing));

        assertThat(error).isNotNull();
        assertThat(error.sqlState()).isEqualTo("25006");
        assertThat(error.isFatal()).isTrue();
    }

    @Test
    void superusersPassWithAWarningUnlessTheyAreRefused() {
        OfflineSession superuser = healthy().report("is_superuser", "on");
        ReadOnlyHook strict = ReadOnlyHook.builder().refuseSuperusers().build();

        PgError atLogin = OfflineClient.error(strict.authenticated(superuser));
        PgError later = OfflineClient.error(strict.reported(superuser, "is_superuser", "on"));

        assertThat(OfflineClient.error(hook.authenticated(superuser))).isNull();
        assertThat(atLogin).isNotNull().isEqualTo(later);
        assertThat(atLogin.sqlState()).isEqualTo("42501");
        assertThat(atLogin.isFatal()).isTrue();
        assertThat(OfflineClient.error(strict.authenticated(healthy()))).isNull();
    }
}
