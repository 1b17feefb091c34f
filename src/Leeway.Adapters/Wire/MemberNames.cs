using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Leeway.Adapters.Wire;

/// <summary>Top-level members that a scan looks into.</summary>
internal enum Member
{
    Other,
    Model,
    Stream,
    StreamOptions,
    Metadata,
    Input,
    Prompt,
    Instructions,
    Tools,
    MaxTokens,
    MaxOutputTokens,
    MaxCompletionTokens,
    N,
    ServiceTier,
    Background,
    Store,
    PreviousResponse,
    Conversation,
    Forbidden,
}

/// <summary>
/// The names seen so far in one object. Few plain names, which is nearly every body, are compared in place; with many, or escaped ones,
/// a hash set takes over, so that a hostile body costs linear time.
/// </summary>
internal struct MemberNames
{
    /// <summary>Bytes of the longest name that <see cref="Find"/> knows, <c>max_completion_tokens</c>.</summary>
    public const int LongestKnown = 21;

    private const int Few = 32;
    private FewRanges _few;
    private int _count;
    private HashSet<string>? _many;

    /// <summary>Adds the name at which <paramref name="reader"/> stands; false, with the name, when it was there.</summary>
    public bool Add(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, out string? twice)
    {
        twice = null;
        if (_many is null && !reader.ValueIsEscaped && _count < Few)
        {
            ReadOnlySpan<byte> name = reader.ValueSpan;
            for (int i = 0; i < _count; i++)
            {
                if (body.Slice(_few[i].Start, _few[i].Length).SequenceEqual(name))
                {
                    twice = Encoding.UTF8.GetString(name);
                    return false;
                }
            }

            _few[_count++] = new ByteRange((int)reader.TokenStartIndex + 1, name.Length);
            return true;
        }

        if (_many is null)
        {
            _many = new HashSet<string>(StringComparer.Ordinal);
            for (int i = 0; i < _count; i++)
            {
                _many.Add(Encoding.UTF8.GetString(body.Slice(_few[i].Start, _few[i].Length)));
            }
        }

        if (JsonText.TryGet(ref reader, out string? text) && !_many.Add(text))
        {
            twice = text;
            return false;
        }

        return true;
    }

    /// <summary>Which member an unescaped name is.</summary>
    public static Member Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 => name[0] == (byte)'n' ? Member.N : Member.Other,
        5 => name.SequenceEqual("model"u8) ? Member.Model : name.SequenceEqual("input"u8) ? Member.Input : name.SequenceEqual("store"u8) ? Member.Store : name.SequenceEqual("tools"u8) ? Member.Tools : Member.Other,
        6 => name.SequenceEqual("stream"u8) ? Member.Stream : name.SequenceEqual("prompt"u8) ? Member.Prompt : name.SequenceEqual("system"u8) ? Member.Instructions : Member.Other,
        7 => ForbiddenIf(name.SequenceEqual("headers"u8) || name.SequenceEqual("api_key"u8)),
        8 => name.SequenceEqual("messages"u8) ? Member.Prompt : name.SequenceEqual("metadata"u8) ? Member.Metadata : ForbiddenIf(name.SequenceEqual("api_base"u8) || name.SequenceEqual("base_url"u8)),
        10 => name.SequenceEqual("max_tokens"u8) ? Member.MaxTokens : name.SequenceEqual("background"u8) ? Member.Background : ForbiddenIf(name.SequenceEqual("extra_body"u8)),
        11 => ForbiddenIf(name.SequenceEqual("api_version"u8) || name.SequenceEqual("extra_query"u8)),
        12 => name.SequenceEqual("service_tier"u8) ? Member.ServiceTier : name.SequenceEqual("instructions"u8) ? Member.Instructions : name.SequenceEqual("conversation"u8) ? Member.Conversation : ForbiddenIf(name.SequenceEqual("organization"u8)),
        13 => ForbiddenIf(name.SequenceEqual("extra_headers"u8)),
        14 => name.SequenceEqual("stream_options"u8) ? Member.StreamOptions : Member.Other,
        17 => name.SequenceEqual("max_output_tokens"u8) ? Member.MaxOutputTokens : Member.Other,
        20 => name.SequenceEqual("previous_response_id"u8) ? Member.PreviousResponse : Member.Other,
        21 => name.SequenceEqual("max_completion_tokens"u8) ? Member.MaxCompletionTokens : Member.Other,
        _ => Member.Other,
    };

    /// <summary>The unescaped name whose opening quote stands at <paramref name="start"/>.</summary>
    public static string NameAt(ReadOnlySpan<byte> body, int start)
    {
        var reader = new Utf8JsonReader(body[start..]);
        reader.Read();
        return JsonText.TryGet(ref reader, out string? name) ? name : "";
    }

    private static Member ForbiddenIf(bool condition) => condition ? Member.Forbidden : Member.Other;

    [InlineArray(Few)]
    private struct FewRanges
    {
        private ByteRange _first;
    }
}
