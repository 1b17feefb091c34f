using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using CsCheck;
using Leeway.Adapters.OpenAI;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Adapters;

public sealed class WireProperties
{
    private static readonly string[] s_strings = ["\"\"", "\"gpt-4o\"", "\"a\\\"b\"", "\"usage\"", "\"\\u00e9\"", "\"\\\\\"", "\"{,}\"", "\"日本\"", "\"x\\ny\""];

    private static readonly Gen<string> s_space = Among("", "", "", " ", "\n", "\r\n\t");

    private static readonly Gen<string> s_name = Among(
        "messages", "temperature", "n", "max_tokens", "max_completion_tokens", "service_tier", "stream", "stream_options", "metadata", "background",
        "input", "usage", "a\\\"b", "str\\u0065am", "é", "tools", "zz", "model");

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string> Value(int depth)
    {
        Gen<string> scalar = Gen.OneOf(Among("true", "false", "null", "0", "-1.5e3", "42"), Among(s_strings));
        return depth == 0 ? scalar : Gen.OneOf(
            scalar,
            Gen.Select(Value(depth - 1).Array[0, 4], s_space, static (items, space) => "[" + space + string.Join("," + space, items) + "]"),
            Member(depth - 1, Among("a", "include_usage", "leeway_deadline", "leeway_priority", "usage")).Array[0, 4].Select(static members => "{" + string.Join(",", members.DistinctBy(static m => m.Name).Select(static m => m.Text)) + "}"));
    }

    private static Gen<(string Name, string Text)> Member(int depth, Gen<string> name) =>
        Gen.Select(name, Value(depth), s_space, s_space, static (name, value, before, after) => (name, $"{before}\"{name}\"{after}:{before}{value}{after}"));

    private static Gen<string> Body(bool withModel) => Gen.Select(Member(3, s_name).Array[0, 8], Among(s_strings), Gen.Int[0, 8], (members, model, at) =>
    {
        List<(string Name, string Text)> all = [.. members.DistinctBy(static m => m.Name == "str\\u0065am" ? "stream" : m.Name)];
        if (withModel)
        {
            all.RemoveAll(static m => m.Name == "model");
            all.Insert(Math.Min(at, all.Count), ("model", $"\"model\":{(model == "\"\"" ? "\"m\"" : model)}"));
        }

        return "{" + string.Join(",", all.Select(static m => m.Text)) + "}";
    });

    [Fact]
    public void A_spliced_body_parses_to_the_original_with_the_model_replaced()
    {
        using OpenAIProvider provider = NewProvider();
        using var transport = new Transport(WireFormat.OpenAI(provider.Capabilities.Endpoints));
        Binding binding = transport.Bind(Deployment);

        Body(withModel: true).Sample(text =>
        {
            byte[] body = Encoding.UTF8.GetBytes(text);
            if (!OpenAIBody.TryScan(body, out OpenAIBodyScan scan, out BodyProblem problem))
            {
                return problem.Kind == BodyProblemKind.WrongType && problem.Member!.StartsWith("metadata.", StringComparison.Ordinal);
            }

            (HttpContent content, bool usageIsOurs) = CallBody.Create(new ProviderCall("/v1/chat/completions", body, scan.Shape), binding);
            byte[] sent = content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
            JsonObject expected = Expected(body);
            if (usageIsOurs)
            {
                JsonObject options = expected["stream_options"] as JsonObject ?? [];
                options["include_usage"] = true;
                expected["stream_options"] = options;
            }

            Assert.Equal(sent.LongLength, content.Headers.ContentLength);
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(sent)), $"expected {expected.ToJsonString()}, sent {Encoding.UTF8.GetString(sent)}");
            return true;
        }, iter: 4_000);
    }

    [Fact]
    public void A_batch_line_is_one_line_and_parses_to_the_original_without_what_asks_for_another_way_of_answering()
    {
        using OpenAIProvider provider = NewProvider();
        Deployment deployment = Deployment;

        Body(withModel: true).Sample(text =>
        {
            byte[] body = Encoding.UTF8.GetBytes(text);
            if (!OpenAIBody.TryScan(body, out _, out _))
            {
                return true;
            }

            var output = new ArrayBufferWriter<byte>();
            provider.WriteLine(output, default, "/v1/chat/completions", body, deployment);
            JsonObject expected = Expected(body);
            expected.Remove("stream");
            expected.Remove("stream_options");
            expected.Remove("service_tier");
            expected.Remove("background");
            return output.WrittenSpan.IndexOf((byte)'\n') == output.WrittenCount - 1
                && JsonNode.DeepEquals(expected, JsonNode.Parse(output.WrittenSpan)!["body"]);
        }, iter: 4_000);
    }

    [Fact]
    public void A_scan_agrees_with_a_document_on_damaged_bodies_too()
    {
        Gen<byte> damage = Among("{}[],:\"\\x 0\n\u0001"u8.ToArray());
        Gen.Select(Body(withModel: false), Gen.Int[0, 2], Gen.Int[0, 100_000], damage).Sample((text, mode, at, with) =>
        {
            byte[] body = Encoding.UTF8.GetBytes(text);
            at %= body.Length;
            body = mode switch
            {
                0 => body,
                1 => [.. body[..at], with, .. body[(at + 1)..]],
                _ => [.. body[..at], .. body[(at + 1)..]],
            };

            bool scanned = OpenAIBody.TryScan(body, out OpenAIBodyScan scan, out BodyProblem problem);
            return Expect(body) is { } kind ? !scanned && kind == problem.Kind : scanned && Agrees(body, scan);
        }, iter: 10_000);
    }

    [Fact]
    public void Reading_a_damaged_row_never_throws()
    {
        byte[] line = Encoding.UTF8.GetBytes("""{"id":"x","custom_id":"r\u00e9","response":{"status_code":200,"request_id":"y","body":{"choices":[{"a":"\"usage\""}],"usage":{"prompt_tokens":3,"completion_tokens":4}}},"error":{"code":"c"}}""");
        Gen.Select(Gen.Int[0, line.Length - 1], Gen.Byte, Gen.Int[0, line.Length]).Sample((at, with, length) =>
        {
            byte[] damaged = [.. line];
            damaged[at] = with;
            BatchRowReader.Read(damaged);
            BatchRowReader.Read(damaged.AsMemory(0, length));
            UsageReader.Read(damaged.AsSpan(0, length));
        }, iter: 4_000);
    }

    private static OpenAIProvider NewProvider() => new(TimeProvider.System, NullLogger<OpenAIProvider>.Instance);

    private static Deployment Deployment => new()
    {
        Id = "openai/gpt-4o",
        Provider = "openai",
        Kind = "openai",
        Model = "gpt-4o",
        BaseUrl = new Uri("http://127.0.0.1/v1"),
    };

    /// <summary>The body with the deployment's model and without our metadata.</summary>
    private static JsonObject Expected(byte[] body)
    {
        JsonObject expected = JsonNode.Parse(body)!.AsObject();
        expected["model"] = "gpt-4o";
        if (expected["metadata"] is JsonObject metadata && (metadata.Remove("leeway_deadline") | metadata.Remove("leeway_priority")) && metadata.Count == 0)
        {
            expected.Remove("metadata");
        }

        return expected;
    }

    /// <summary>What a document says is wrong first; null when it is a request.</summary>
    private static BodyProblemKind? Expect(byte[] body)
    {
        if (!Utf8.IsValid(body))
        {
            return BodyProblemKind.Encoding;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? FirstProblem(document.RootElement) : BodyProblemKind.NotAnObject;
        }
        catch (JsonException)
        {
            return BodyProblemKind.Syntax;
        }
    }

    private static BodyProblemKind? FirstProblem(JsonElement root)
    {
        var seen = new HashSet<string>();
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (!seen.Add(member.Name))
            {
                return BodyProblemKind.DuplicateMember;
            }

            if (member.Name == "model" && (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() == ""))
            {
                return member.Value.ValueKind == JsonValueKind.String ? BodyProblemKind.MissingModel : BodyProblemKind.WrongType;
            }

            if (member.Name == "metadata" && member.Value.ValueKind == JsonValueKind.Object
                && member.Value.EnumerateObject().Any(static m => m.Name is "leeway_deadline" or "leeway_priority" && m.Value.ValueKind != JsonValueKind.String))
            {
                return BodyProblemKind.WrongType;
            }
        }

        return seen.Contains("model") ? null : BodyProblemKind.MissingModel;
    }

    private static bool Agrees(byte[] body, OpenAIBodyScan scan)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement root = document.RootElement;
        bool stream = root.TryGetProperty("stream", out JsonElement s) && s.ValueKind == JsonValueKind.True;
        bool usage = root.TryGetProperty("stream_options", out JsonElement o) && o.ValueKind == JsonValueKind.Object
            && o.TryGetProperty("include_usage", out JsonElement u) && u.ValueKind == JsonValueKind.True;
        string? tier = root.TryGetProperty("service_tier", out JsonElement t) && t.ValueKind == JsonValueKind.String ? t.GetString() : null;
        int metadata = root.TryGetProperty("metadata", out JsonElement m) ? Encoding.UTF8.GetByteCount(m.GetRawText()) : 0;
        return scan.Model == root.GetProperty("model").GetString() && scan.Shape.Stream == stream && scan.Shape.IncludesUsage == usage
            && scan.ServiceTier == tier && scan.Metadata.Length == metadata
            && (scan.Shape.StreamMember.Length > 0) == root.TryGetProperty("stream", out _);
    }
}
