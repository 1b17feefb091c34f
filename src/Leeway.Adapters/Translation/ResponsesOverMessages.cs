using System.Buffers;
using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>A Responses client, served by Anthropic Messages: by way of Chat Completions, which lies between the two.</summary>
internal sealed class ResponsesOverMessages(Translator first, Translator second) : Translator
{
    // What a chat request calls differently, and what the client called it.
    private static readonly (string Chat, string Client)[] s_names =
    [
        ("messages", "input"), ("max_completion_tokens", "max_output_tokens"), ("response_format", "text.format"), ("reasoning_effort", "reasoning.effort"), ("verbosity", "text.verbosity"),
    ];

    public override string ClientEndpoint => first.ClientEndpoint;

    public override string ProviderEndpoint => second.ProviderEndpoint;

    public override string Target => second.Target;

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now)
    {
        var between = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(between))
        {
            second.WriteAnswer(answer, writer, now);
        }

        using JsonDocument completion = JsonDocument.Parse(between.WrittenMemory, new JsonDocumentOptions { MaxDepth = Wire.JsonText.MaxDepth });
        first.WriteAnswer(completion.RootElement, json, now);
    }

    public override StreamTranslator OpenStream(DateTimeOffset now) => new ChainedStream(second.OpenStream(now), first.OpenStream(now));

    public override void WriteRequest(ReadOnlySpan<byte> body, IBufferWriter<byte> output, RequestTerms terms)
    {
        var between = new ArrayBufferWriter<byte>(body.Length + 256);
        first.WriteRequest(body, between, terms);
        try
        {
            second.WriteRequest(between.WrittenSpan, output, terms);
        }
        catch (UncarriedException e)
        {
            string chat = e.Problem.Field ?? "";
            (string Chat, string Client) name = s_names.FirstOrDefault(pair => chat.StartsWith(pair.Chat, StringComparison.Ordinal));
            string field = name.Chat is null ? chat : name.Client;
            throw new UncarriedException(new FieldProblem(field, e.Problem.Message.Replace($"'{chat}'", $"'{field}'", StringComparison.Ordinal), e.Problem.Remedy, 0, 0));
        }
    }
}
