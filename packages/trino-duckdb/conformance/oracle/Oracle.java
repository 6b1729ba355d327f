import static io.trino.testing.TestingSession.testSessionBuilder;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.trino.plugin.memory.MemoryConnectorFactory;
import io.trino.spi.TrinoException;
import io.trino.spi.type.ArrayType;
import io.trino.spi.type.MapType;
import io.trino.spi.type.RowType;
import io.trino.spi.type.SqlVarbinary;
import io.trino.spi.type.TimeZoneKey;
import io.trino.spi.type.Type;
import io.trino.sql.parser.ParsingException;
import io.trino.testing.MaterializedResult;
import io.trino.testing.MaterializedRow;
import io.trino.testing.LocalQueryRunner;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Reads one query a line (a JSON string) and writes Trino's answer as one line of JSON: the types and rows with the
 * texts of Athena's results, or the name of the error. Tables that queries create stay in memory.
 */
class Oracle {
    static PrintStream out;

    public static void main(String[] args) throws Exception {
        out = new PrintStream(System.out, true, UTF_8);
        System.setOut(System.err);
        var session = testSessionBuilder().setTimeZoneKey(TimeZoneKey.UTC_KEY).setCatalog("lake").setSchema("default")
                .setSystemProperty("query_max_run_time", "20s").build();
        try (var runner = LocalQueryRunner.create(session)) {
            runner.createCatalog("lake", new MemoryConnectorFactory(), Map.of());
            var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine())
                out.println(answer(runner, Json.text(line)));
        }
        System.exit(0);
    }

    static String answer(LocalQueryRunner runner, String sql) {
        MaterializedResult result;
        try {
            result = runner.execute(sql);
        } catch (Throwable error) {
            return "{\"error\":" + Json.quote(codeOf(error)) + ",\"message\":" + Json.quote(String.valueOf(error.getMessage())) + "}";
        }
        List<Type> types = result.getTypes();
        List<String> rows = new ArrayList<>();
        for (MaterializedRow row : result.getMaterializedRows()) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                Object value = row.getField(i);
                cells.add(value == null ? "null" : Json.quote(textOf(types.get(i), value)));
            }
            rows.add("[" + String.join(",", cells) + "]");
        }
        List<String> names = types.stream().map(type -> Json.quote(type.getDisplayName())).toList();
        return "{\"types\":[" + String.join(",", names) + "],\"rows\":[" + String.join(",", rows) + "]}";
    }

    static String codeOf(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof TrinoException trino) return trino.getErrorCode().getName();
        }
        return error instanceof ParsingException ? "SYNTAX_ERROR" : error.getClass().getName();
    }

    static String textOf(Type type, Object value) {
        if (value == null) return "null";
        if (value instanceof SqlVarbinary bytes) return HexFormat.ofDelimiter(" ").formatHex(bytes.getBytes());
        if (type instanceof ArrayType array) {
            List<String> items = new ArrayList<>();
            for (Object item : (List<?>) value) items.add(textOf(array.getElementType(), item));
            return "[" + String.join(", ", items) + "]";
        }
        if (type instanceof MapType map) {
            List<String> entries = new ArrayList<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet())
                entries.add(textOf(map.getKeyType(), entry.getKey()) + "=" + textOf(map.getValueType(), entry.getValue()));
            return "{" + String.join(", ", entries) + "}";
        }
        if (type instanceof RowType row) {
            List<?> values = value instanceof MaterializedRow one ? one.getFields() : (List<?>) value;
            List<String> fields = new ArrayList<>();
            for (int i = 0; i < values.size(); i++)
                fields.add(row.getFields().get(i).getName().orElse("field" + i) + "=" + textOf(row.getFields().get(i).getType(), values.get(i)));
            return "{" + String.join(", ", fields) + "}";
        }
        return value.toString();
    }

    /** Strings in JSON. */
    static class Json {
        static String quote(String text) {
            StringBuilder quoted = new StringBuilder("\"");
            for (char letter : text.toCharArray()) {
                if (letter == '"' || letter == '\\') quoted.append('\\').append(letter);
                else if (letter < 32 || letter > 126) quoted.append(String.format("\\u%04x", (int) letter));
                else quoted.append(letter);
            }
            return quoted.append('"').toString();
        }

        static String text(String json) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i < json.length() - 1; i++) {
                char letter = json.charAt(i);
                if (letter != '\\') {
                    text.append(letter);
                    continue;
                }
                char escaped = json.charAt(++i);
                switch (escaped) {
                    case 'n' -> text.append('\n');
                    case 't' -> text.append('\t');
                    case 'r' -> text.append('\r');
                    case 'b' -> text.append('\b');
                    case 'f' -> text.append('\f');
                    case 'u' -> {
                        text.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
                        i += 4;
                    }
                    default -> text.append(escaped);
                }
            }
            return text.toString();
        }
    }
}
