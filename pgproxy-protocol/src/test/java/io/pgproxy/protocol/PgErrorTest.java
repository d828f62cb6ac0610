package io.pgproxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class PgErrorTest {
    /** Every field that PostgreSQL knows, and one that it does not. */
    private static final String FIELDS = "SVCMDHPpqWFLRstcdnz";

    @Test
    void everyFieldIsReadAndWrittenInItsPlace() {
        Octets octets = Octets.octets();
        for (int i = 0; i < FIELDS.length(); i++) {
            char field = FIELDS.charAt(i);
            octets.int8(field).text("value of " + field);
        }
        octets.int8(0);

        PgError error = PgError.read(Unpooled.wrappedBuffer(octets.array()));

        for (int i = 0; i < FIELDS.length(); i++) {
            char field = FIELDS.charAt(i);
            assertThat(error.field(field)).isEqualTo("value of " + field);
        }
        assertThat(error.field('x')).isNull();
        assertThat(error.fields()).hasSize(FIELDS.length());
        assertThat(Octets.written(error::writeError)).isEqualTo(octets.message('E'));
        assertThat(Octets.written(error::writeNotice)).isEqualTo(octets.message('N'));
    }

    @Test
    void anErrorHasSeverityStateAndMessage() {
        PgError error = PgError.of(SqlState.INSUFFICIENT_PRIVILEGE, "no")
                .withDetail("why")
                .withHint("what")
                .with('P', "7");

        assertThat(error.severity()).isEqualTo("ERROR");
        assertThat(error.sqlState()).isEqualTo("42501");
        assertThat(error.message()).isEqualTo("no");
        assertThat(error.detail()).isEqualTo("why");
        assertThat(error.hint()).isEqualTo("what");
        assertThat(error.field('P')).isEqualTo("7");
        assertThat(error.isFatal()).isFalse();
        assertThat(Octets.written(error::writeError))
                .isEqualTo(Octets.octets()
                        .text("SERROR")
                        .text("VERROR")
                        .text("C42501")
                        .text("Mno")
                        .text("Dwhy")
                        .text("Hwhat")
                        .text("P7")
                        .int8(0)
                        .message('E'));
    }

    @Test
    void fatalChangesBothSeverityFieldsOnly() {
        PgError error = PgError.of(SqlState.ADMIN_SHUTDOWN, "bye").fatal();

        assertThat(error.isFatal()).isTrue();
        assertThat(error.field('S')).isEqualTo("FATAL");
        assertThat(error.field('V')).isEqualTo("FATAL");
        assertThat(error.fields()).hasSize(4);
        assertThat(error).isEqualTo(PgError.of("57P01", "bye").fatal()).isNotEqualTo(PgError.of("57P01", "bye"));
    }

    @Test
    void theSeverityThatIsNotLocalisedDecides() {
        PgError localised = read(Octets.octets().text("SFATALE").text("VFATAL").int8(0));
        PgError old = read(Octets.octets().text("SPANIC").int8(0));
        PgError harmless = read(Octets.octets().text("SFATAL").text("VERROR").int8(0));

        assertThat(localised.isFatal()).isTrue();
        assertThat(old.isFatal()).isTrue();
        assertThat(harmless.isFatal()).isFalse();
    }

    @Test
    void anErrorWithoutAnyFieldIsAnInternalError() {
        PgError error = read(Octets.octets().int8(0));

        assertThat(error.sqlState()).isEqualTo(SqlState.INTERNAL_ERROR);
        assertThat(error.severity()).isEqualTo("ERROR");
        assertThat(error.message()).isEmpty();
        assertThat(error.toString()).isEqualTo("ERROR XX000");
        assertThat(Octets.written(error::writeError))
                .isEqualTo(Octets.octets().int8(0).message('E'));
    }

    @Test
    void somethingElseInThePlaceOfAnSqlStateIsAnInternalError() {
        assertThat(read(Octets.octets().text("Coops!").int8(0)).sqlState()).isEqualTo("XX000");
        assertThat(read(Octets.octets().text("C42p01").int8(0)).sqlState()).isEqualTo("XX000");
        assertThat(read(Octets.octets().text("C42P01").int8(0)).sqlState()).isEqualTo("42P01");
    }

    @Test
    void noTextOfAnErrorShowsInToString() {
        PgError error = read(Octets.octets()
                .text("SERROR")
                .text("C23505")
                .text("Mduplicate")
                .text("DKey (id)=(secret)")
                .int8(0));

        assertThat(error.toString()).isEqualTo("ERROR 23505");
        assertThat(error.fields().toString()).doesNotContain("secret");
    }

    @Test
    void textsOfAnotherEncodingSurvive() {
        byte[] body = {'M', 'f', (byte) 0xfc, 'r', 0, 0};

        PgError error = PgError.read(Unpooled.wrappedBuffer(body));

        assertThat(Octets.written(error::writeError))
                .isEqualTo(new byte[] {'E', 0, 0, 0, 10, 'M', 'f', (byte) 0xfc, 'r', 0, 0});
    }

    @Test
    void anErrorIsMadeOfAViolation() {
        PgError error = PgError.of(new ProtocolException(SqlState.PROGRAM_LIMIT_EXCEEDED, "too long"));

        assertThat(error).isEqualTo(PgError.of("54000", "too long"));
    }

    @Test
    void whatCannotStandOnTheWireIsRefusedWhereItIsMade() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> PgError.of("4250", "short"));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> PgError.of("42501", "a\0b"));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> PgError.of("42501", "a").with('\0', "b"));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> PgError.of("42501", "a").withSeverity("BAD"));
    }

    private static PgError read(Octets octets) {
        return PgError.read(Unpooled.wrappedBuffer(octets.array()));
    }
}
