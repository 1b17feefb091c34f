using System.Buffers;
using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.MessageBatches;

/// <summary>Takes the elements out of <c>{"requests":[…]}</c> while the body arrives; nothing but the element under way is kept.</summary>
internal sealed class RequestsReader(int depth)
{
    // The object, the array and a request around its params.
    private const int Around = 3;

    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = depth + Around });
    private Place _place = Place.Start;

    private enum Place
    {
        Start,
        Members,
        Elements,
        Tail,
        End,
    }

    /// <summary>Why the body cannot be read on.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>Whether the whole body was read.</summary>
    public bool IsComplete => _place == Place.End;

    /// <summary>Reads on.</summary>
    /// <param name="buffer">What has arrived and was not consumed.</param>
    /// <param name="isLast">Whether no more will arrive.</param>
    /// <param name="take">Gets each element.</param>
    /// <returns>Bytes consumed.</returns>
    public long Read(ReadOnlySequence<byte> buffer, bool isLast, Action<ReadOnlySequence<byte>> take)
    {
        var reader = new Utf8JsonReader(buffer, isLast, _state);
        long consumed = 0;
        try
        {
            while (Problem is null && Step(ref reader, buffer, take))
            {
                (consumed, _state) = (reader.BytesConsumed, reader.CurrentState);
            }
        }
        catch (JsonException exception)
        {
            Problem = new Problem
            {
                Code = "invalid_json",
                Message = $"The body is not valid JSON (line {exception.LineNumber + 1 ?? 1}, column {exception.BytePositionInLine + 1 ?? 1}).",
                Remedy = MessageBatchIntake.Unchanged,
            };
        }

        return consumed;
    }

    // One step is taken as a whole or not at all: false means that more must arrive.
    private bool Step(ref Utf8JsonReader reader, ReadOnlySequence<byte> buffer, Action<ReadOnlySequence<byte>> take)
    {
        if (!reader.Read())
        {
            return false;
        }

        switch (_place)
        {
            case Place.Start when reader.TokenType == JsonTokenType.StartObject:
                _place = Place.Members;
                return true;
            case Place.Start:
                Problem = new Problem { Code = "body_not_an_object", Message = "The body must be a JSON object.", Remedy = MessageBatchIntake.Unchanged };
                return false;
            case Place.Members when reader.TokenType == JsonTokenType.PropertyName:
                return TryEnter(ref reader);
            case Place.Members:
                Problem = new Problem { Code = "missing_member", Field = "requests", Message = "requests: this member is required.", Remedy = MessageBatchIntake.Unchanged };
                return false;
            case Place.Elements when reader.TokenType == JsonTokenType.EndArray:
                _place = Place.Tail;
                return true;
            case Place.Elements:
                SequencePosition start = buffer.GetPosition(reader.TokenStartIndex);
                if (!reader.TrySkip())
                {
                    return false;
                }

                take(buffer.Slice(start, buffer.GetPosition(reader.BytesConsumed)));
                return true;
            case Place.Tail when reader.TokenType == JsonTokenType.EndObject:
                _place = Place.End;
                return true;
            default:
                Problem = Extra(ref reader);
                return false;
        }
    }

    private bool TryEnter(ref Utf8JsonReader reader)
    {
        if (!reader.ValueTextEquals("requests"u8))
        {
            Problem = Extra(ref reader);
            return false;
        }

        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Problem = new Problem { Code = "invalid_type", Field = "requests", Message = "requests must be an array.", Remedy = MessageBatchIntake.Unchanged };
            return false;
        }

        _place = Place.Elements;
        return true;
    }

    private static Problem Extra(ref Utf8JsonReader reader)
    {
        string name = reader.TokenType == JsonTokenType.PropertyName ? Short.Of(System.Text.Encoding.UTF8.GetString(reader.ValueSpan)) : "body";
        return new Problem { Code = "invalid_parameter", Field = name, Message = $"{name}: extra inputs are not permitted.", Remedy = MessageBatchIntake.Unchanged };
    }
}
