package io.pgproxy.readonly.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.HookChain;
import io.pgproxy.readonly.ReadOnlyHook;
import io.pgproxy.readonly.ReadOnlyHookBuilder;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/read-only.md: its program is the class beside this one, and its table has every option. */
class DocumentsTest {
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");

    @Test
    void theDocumentHasThisProgramAndNoOther() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/pgproxy/readonly/documents/ReadOnlyChain.java"));
        List<String> documented =
                JAVA.matcher(document()).results().map(block -> block.group(1)).toList();

        assertThat(documented).containsExactly(source.substring(source.indexOf("import ")));
    }

    @Test
    void theProgramRegistersTheHook() {
        assertThat(ReadOnlyChain.hooks().entries())
                .extracting(HookChain.Entry::name)
                .containsExactly("read-only");
        assertThat(ReadOnlyChain.hooks().entries().get(0).hook()).isInstanceOf(ReadOnlyHook.class);
    }

    @Test
    void everyOptionIsDocumented() throws IOException {
        String document = document();

        assertThat(Arrays.stream(ReadOnlyHookBuilder.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .filter(method -> method.getReturnType() == ReadOnlyHookBuilder.class)
                        .map(Method::getName)
                        .distinct())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(document).containsPattern("(?m)^\\|[^|]*`" + name + "[(`]"));
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/read-only.md"));
    }
}
