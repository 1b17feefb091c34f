using System.Buffers.Text;
using System.Text.Json;

namespace Leeway.Adapters.Wire;

/// <summary>The numbers of one usage object, as its vendor counts them, on the way to the one form that the ledger has.</summary>
internal struct UsageCounts
{
    /// <summary>More tokens than any one answer has; a larger number is a mistake that must not reach the ledger.</summary>
    private const long Most = 1_000_000_000;

    private long? _input;
    private long? _output;
    private long _cached;
    private long _written;
    private long _hour;
    private long _reasoning;
    private long _audioInput;
    private long _audioOutput;

    // Counted beside input and output and charged as a part of them.
    private long _inputBeside;
    private long _outputBeside;

    /// <summary>The tier, where the usage itself names it.</summary>
    public ServedTier Tier { get; private set; }

    /// <summary>Whether any tokens were counted.</summary>
    public readonly bool Any => _input is not null || _output is not null;

    /// <summary>Reads the object before which <paramref name="reader"/> stands.</summary>
    public void Read(ref Utf8JsonReader reader, UsageForm form)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool read = form switch
            {
                UsageForm.Gemini => ReadGemini(ref reader),
                UsageForm.Converse => ReadConverse(ref reader),
                _ => ReadTokens(ref reader),
            };
            if (!read)
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    /// <summary>The counts in the inclusive form; null when they make no sense.</summary>
    public readonly TokenUsage? Normal(UsageForm form)
    {
        bool excludesCache = form is UsageForm.Anthropic or UsageForm.Converse;
        if ((_input ?? 0) < 0 || (_output ?? 0) < 0)
        {
            return null;
        }

        long input = (_input ?? 0) + _inputBeside + (excludesCache ? _cached + _written : 0);
        long output = (_output ?? 0) + _outputBeside;

        // Parts never exceed their whole, or a cost computed from the difference would be negative.
        long cached = Math.Min(_cached, input);
        long written = Math.Min(_written, input - cached);
        long reasoning = Math.Min(_reasoning + _outputBeside, output);
        return new TokenUsage(input, cached, written, output, reasoning)
        {
            CacheWriteHour = Math.Min(_hour, written),
            AudioInput = Math.Min(_audioInput, input - cached - written),
            AudioOutput = Math.Min(_audioOutput, output - reasoning),
        };
    }

    // OpenAI's and Anthropic's names do not collide.
    private bool ReadTokens(ref Utf8JsonReader reader)
    {
        long none = 0;
        if (JsonText.NameIs(ref reader, "prompt_tokens"u8) || JsonText.NameIs(ref reader, "input_tokens"u8))
        {
            _input = Count(ref reader) ?? -1;
        }
        else if (JsonText.NameIs(ref reader, "completion_tokens"u8) || JsonText.NameIs(ref reader, "output_tokens"u8))
        {
            _output = Count(ref reader) ?? -1;
        }
        else if (JsonText.NameIs(ref reader, "prompt_tokens_details"u8) || JsonText.NameIs(ref reader, "input_tokens_details"u8))
        {
            ReadDetails(ref reader, "cached_tokens"u8, ref _cached, "cache_write_tokens"u8, ref _written, "audio_tokens"u8, ref _audioInput);
        }
        else if (JsonText.NameIs(ref reader, "completion_tokens_details"u8) || JsonText.NameIs(ref reader, "output_tokens_details"u8))
        {
            ReadDetails(ref reader, "reasoning_tokens"u8, ref _reasoning, "audio_tokens"u8, ref _audioOutput, default, ref none);
        }
        else if (JsonText.NameIs(ref reader, "cache_read_input_tokens"u8) || JsonText.NameIs(ref reader, "prompt_cache_hit_tokens"u8))
        {
            // The second is DeepSeek's, which counts it within the prompt.
            _cached = Count(ref reader) ?? _cached;
        }
        else if (JsonText.NameIs(ref reader, "cache_creation_input_tokens"u8))
        {
            _written = Count(ref reader) ?? 0;
        }
        else if (JsonText.NameIs(ref reader, "cache_creation"u8))
        {
            ReadDetails(ref reader, "ephemeral_1h_input_tokens"u8, ref _hour, default, ref none, default, ref none);
        }
        else if (JsonText.NameIs(ref reader, "service_tier"u8))
        {
            Tier = UsageTier.Read(ref reader);
        }
        else if (JsonText.NameIs(ref reader, "reasoning_tokens"u8))
        {
            // Together's place for it.
            _reasoning = Count(ref reader) ?? 0;
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool ReadGemini(ref Utf8JsonReader reader)
    {
        if (JsonText.NameIs(ref reader, "promptTokenCount"u8))
        {
            _input = CountOrText(ref reader) ?? -1;
        }
        else if (JsonText.NameIs(ref reader, "candidatesTokenCount"u8))
        {
            _output = CountOrText(ref reader) ?? -1;
        }
        else if (JsonText.NameIs(ref reader, "thoughtsTokenCount"u8))
        {
            _outputBeside = CountOrText(ref reader) ?? 0;
        }
        else if (JsonText.NameIs(ref reader, "toolUsePromptTokenCount"u8))
        {
            _inputBeside = CountOrText(ref reader) ?? 0;
        }
        else if (JsonText.NameIs(ref reader, "cachedContentTokenCount"u8))
        {
            _cached = CountOrText(ref reader) ?? 0;
        }
        else if (JsonText.NameIs(ref reader, "promptTokensDetails"u8))
        {
            ReadList(ref reader, "modality"u8, "AUDIO"u8, "tokenCount"u8, ref _audioInput);
        }
        else if (JsonText.NameIs(ref reader, "candidatesTokensDetails"u8))
        {
            ReadList(ref reader, "modality"u8, "AUDIO"u8, "tokenCount"u8, ref _audioOutput);
        }
        else if (JsonText.NameIs(ref reader, "trafficType"u8) || JsonText.NameIs(ref reader, "serviceTier"u8))
        {
            Tier = UsageTier.Read(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool ReadConverse(ref Utf8JsonReader reader)
    {
        if (JsonText.NameIs(ref reader, "inputTokens"u8))
        {
            _input = Count(ref reader) ?? -1;
        }
        else if (JsonText.NameIs(ref reader, "outputTokens"u8))
        {
            _output = Count(ref reader) ?? -1;
        }
        else if (JsonText.NameIs(ref reader, "cacheReadInputTokens"u8))
        {
            _cached = Count(ref reader) ?? 0;
        }
        else if (JsonText.NameIs(ref reader, "cacheWriteInputTokens"u8))
        {
            _written = Count(ref reader) ?? 0;
        }
        else if (JsonText.NameIs(ref reader, "cacheDetails"u8))
        {
            ReadList(ref reader, "ttl"u8, "1h"u8, "inputTokens"u8, ref _hour);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static long? Count(ref Utf8JsonReader reader)
    {
        reader.Read();
        long? count = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value is >= 0 and <= Most ? value : null;
        reader.Skip();
        return count;
    }

    // Google's numbers of 64 bits are texts in JSON.
    private static long? CountOrText(ref Utf8JsonReader reader)
    {
        Utf8JsonReader ahead = reader;
        ahead.Read();
        if (ahead.TokenType != JsonTokenType.String)
        {
            return Count(ref reader);
        }

        reader = ahead;
        return Utf8Parser.TryParse(reader.ValueSpan, out long value, out int read) && read == reader.ValueSpan.Length && value is >= 0 and <= Most ? value : null;
    }

    private static void ReadDetails(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> first, ref long firstCount, ReadOnlySpan<byte> second, ref long secondCount, ReadOnlySpan<byte> third, ref long thirdCount)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.NameIs(ref reader, first))
            {
                firstCount = Count(ref reader) ?? 0;
            }
            else if (JsonText.NameIs(ref reader, second))
            {
                secondCount = Count(ref reader) ?? 0;
            }
            else if (JsonText.NameIs(ref reader, third))
            {
                thirdCount = Count(ref reader) ?? 0;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    /// <summary>Adds up the counts of a list's members of one kind: <c>[{"modality":"AUDIO","tokenCount":7}]</c>.</summary>
    private static void ReadList(ref Utf8JsonReader reader, ReadOnlySpan<byte> kindName, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> countName, ref long sum)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            bool isKind = false;
            long count = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonText.NameIs(ref reader, kindName))
                {
                    reader.Read();
                    isKind = reader.TokenType == JsonTokenType.String && reader.ValueSpan.SequenceEqual(kind);
                    reader.Skip();
                }
                else if (JsonText.NameIs(ref reader, countName))
                {
                    count = Count(ref reader) ?? 0;
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            sum += isKind ? count : 0;
        }
    }
}
