package io.pgproxy.hook.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MaskTest {
    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @Test
    void nullStaysNullUnderEveryMask() {
        for (Mask mask : List.of(Mask.toNull(), Mask.fixed("x"), Mask.lastFour(), Mask.hmacSha256(KEY))) {
            assertThat(mask.mask(null)).isNull();
        }
    }

    @Test
    void masksShowWhatTheySay() {
        assertThat(Mask.toNull().mask("secret")).isNull();
        assertThat(Mask.fixed("***").mask("secret")).isEqualTo("***");
        assertThat(Mask.lastFour().mask("4111111111111234")).isEqualTo("****1234");
        assertThat(Mask.lastFour().mask("12345678")).isEqualTo("****5678");
    }

    @Test
    void theLastFourOfAShortValueWouldBeMostOfIt() {
        assertThat(Mask.lastFour().mask("1234567")).isEqualTo("****");
        assertThat(Mask.lastFour().mask("")).isEqualTo("****");
        assertThat(Mask.lastFour().mask("\uD83D\uDE00".repeat(7))).isEqualTo("****");
        assertThat(Mask.lastFour().mask("\uD83D\uDE00".repeat(8))).isEqualTo("****" + "\uD83D\uDE00".repeat(4));
    }

    @Test
    void aPseudonymIsHmacSha256OfTheValue() {
        // RFC 4231, test case 1.
        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0x0b);

        assertThat(Mask.hmacSha256(key).mask("Hi There"))
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(Mask.hmacSha256(KEY).mask("Hi There"))
                .isNotEqualTo(Mask.hmacSha256(key).mask("Hi There"));
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Mask.hmacSha256(new byte[15]));
    }
}
