using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Chat;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Aws;

/// <summary>
/// A container or function of the caller's own that serves chat completions, as vLLM, TGI and LMI do. It serves one model, whatever a body names, at no price per token.
/// </summary>
internal static class Container
{
    private static readonly SandboxModel s_model = SandboxModel.Hosted("hosted");

    public static (Answer? Answer, ApiError? Error) Answer(SandboxWorld world, ReadOnlyMemory<byte> body)
    {
        using var json = AwsJson.Parse(body);
        try
        {
            return json is null ? (null, ApiError.UnparsableBody) : ChatAnswer.To(json.RootElement, world.RealTimeContext with { Hosted = s_model });
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair parses as JSON, but is no text.
            return (null, ApiError.UnparsableBody);
        }
    }

    public static ReadOnlyMemory<byte> Whole(SandboxWorld world, Answer answer) =>
        answer.Streams ? Concat(Stream(world, answer)) : AwsEvents.Json(json => answer.WriteTo(json, world.Ids, world.Clock.UnixSeconds));

    public static string ContentType(Answer answer) => answer.Streams ? "text/event-stream" : "application/json";

    /// <summary>Server-sent events as the container writes them; a whole answer is one piece.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Stream(SandboxWorld world, Answer answer)
    {
        if (!answer.Streams)
        {
            yield return Whole(world, answer);
            yield break;
        }

        foreach (var one in answer.Events(world.Ids, world.Clock.UnixSeconds))
        {
            yield return Concat(["data: "u8.ToArray(), AwsEvents.Json(one.Write), "\n\n"u8.ToArray()]);
        }

        yield return Encoding.UTF8.GetBytes(answer.StreamEnd!);
    }

    /// <summary>The same bytes cut elsewhere: who relays a body knows nothing of events in it.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Cut(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        ReadOnlyMemory<byte> rest = default;
        foreach (var piece in pieces)
        {
            var half = piece.Length / 2;
            yield return Concat([rest, piece[..half]]);
            rest = piece[half..];
        }

        yield return rest;
    }

    public static string TextOf(ApiError error) => Encoding.UTF8.GetString(AwsEvents.Json(json => OpenAIVendor.Write(json, error)).Span);

    private static ReadOnlyMemory<byte> Concat(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var all = new MemoryStream();
        foreach (var piece in pieces)
        {
            all.Write(piece.Span);
        }

        return all.ToArray();
    }
}
