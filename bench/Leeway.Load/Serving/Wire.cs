using System.Text;

namespace Leeway.Load.Serving;

/// <summary>The bytes of every bench: a request of 1.9 KB, an answer of 653 bytes, a stream of 52 events of about 210 bytes.</summary>
internal static class Wire
{
    public const string Path = "/v1/chat/completions";
    public const string Model = "gpt-4o-mini";
    public const int EventsPerStream = 52;

    private const int RequestBytes = 1900;
    private const int AnswerBytes = 653;
    private const int EventBytes = 212;
    private const string Text = "The quick brown fox jumps over the lazy dog, and the dog, being lazy, lets it pass without a word. ";

    public static byte[] Request { get; } = Pad(
        $$"""{"model":"{{Model}}","temperature":0.2,"max_tokens":256,"messages":[{"role":"system","content":"You answer briefly."},{"role":"user","content":"{0}"}]}""", RequestBytes);

    public static byte[] StreamRequest { get; } = Pad(
        $$"""{"model":"{{Model}}","stream":true,"temperature":0.2,"messages":[{"role":"system","content":"You answer briefly."},{"role":"user","content":"{0}"}]}""", RequestBytes);

    public static byte[] Answer { get; } = Pad(
        """{"id":"chatcmpl-bench","object":"chat.completion","created":1732500000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"{0}","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":412,"completion_tokens":58,"total_tokens":470,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"system_fingerprint":"fp_bench"}""", AnswerBytes);

    public static byte[] Event { get; } = Pad(
        """data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1732500000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"content":"{0}"},"finish_reason":null}]}""" + "\n\n", EventBytes);

    public static byte[] UsageEvent { get; } = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1732500000,"model":"gpt-4o-mini-2024-07-18","choices":[],"usage":{"prompt_tokens":412,"completion_tokens":51,"total_tokens":463}}""" + "\n\n");

    public static byte[] DoneEvent { get; } = "data: [DONE]\n\n"u8.ToArray();

    /// <summary>A deferred call's body of 2 KB, of the n-th of several models so that no pool fills a batch; a number makes it unlike any other.</summary>
    public static byte[] Deferred(string model) => Pad(
        $$"""{"model":"{{model}}","user":"{{new string('0', UniqueDigits)}}","messages":[{"role":"user","content":"{0}"}]}""", 2048);

    /// <summary>Digits of the number that <see cref="Stamp"/> writes.</summary>
    public const int UniqueDigits = 16;

    /// <summary>Where a deferred body's number stands.</summary>
    public static int UniqueOffset(ReadOnlySpan<byte> body) => body.IndexOf("\"user\":\""u8) + 8;

    /// <summary>Writes a number in place of a deferred body's last one.</summary>
    public static void Stamp(Span<byte> digits, long number) => number.TryFormat(digits[..UniqueDigits], out _, "x16", null);

    private static byte[] Pad(string template, int bytes)
    {
        int missing = bytes - (template.Length - 3);
        string text = string.Concat(Enumerable.Repeat(Text, (missing / Text.Length) + 1))[..missing];
        return Encoding.UTF8.GetBytes(template.Replace("{0}", text, StringComparison.Ordinal));
    }
}
