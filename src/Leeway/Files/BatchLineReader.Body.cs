using System.Text;
using System.Text.Json;

namespace Leeway.Files;

public ref partial struct BatchLineReader
{
    private static string? s_lastModel;

    private void ReadBody()
    {
        int start = (int)_reader.TokenStartIndex;
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            Report(LineProblemCodes.InvalidValue, "body", start, $"body must be an object (got {Kind(_reader.TokenType)}).", "Put the request's JSON object there, not a string of it.");
            _reader.Skip();
            return;
        }

        MemberSet names = default;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            CheckTwice(ref names, "body.");
            int nameStart = (int)_reader.TokenStartIndex;
            ReadOnlySpan<byte> name = _reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(_reader.GetString()!) : _reader.ValueSpan;
            _reader.Read();
            ReadMember(name, nameStart);
            _reader.Skip();
        }

        _body = RangeFrom(start);
    }

    private void ReadMember(ReadOnlySpan<byte> name, int nameStart)
    {
        switch (name.Length)
        {
            case 5 when name.SequenceEqual("model"u8):
                ReadModel();
                break;
            case 5 when name.SequenceEqual("input"u8):
                _hasInput = _reader.TokenType != JsonTokenType.Null;
                break;
            case 6 when name.SequenceEqual("prompt"u8):
                _hasPrompt = _reader.TokenType != JsonTokenType.Null;
                break;
            case 6 when name.SequenceEqual("stream"u8) && _reader.TokenType == JsonTokenType.True:
                Report(LineProblemCodes.Streaming, "body.stream", nameStart, "body.stream cannot be true: a file has nobody to stream to.", "Leave it out.");
                break;
            case 8 when name.SequenceEqual("messages"u8):
                _hasMessages = true;
                if (_reader.TokenType != JsonTokenType.StartArray)
                {
                    Report(LineProblemCodes.InvalidValue, "body.messages", (int)_reader.TokenStartIndex, $"body.messages must be an array (got {Got()}).", "Write an array of messages.");
                }

                break;
            case 10 when name.SequenceEqual("max_tokens"u8):
                _maxOutputTokens ??= WholeNumber();
                break;
            case 17 when name.SequenceEqual("max_output_tokens"u8):
                _maxOutputTokens ??= WholeNumber();
                break;
            case 21 when name.SequenceEqual("max_completion_tokens"u8):
                _maxOutputTokens = WholeNumber() ?? _maxOutputTokens;
                break;
            default:
                if (ForbiddenMembers.Contains(name))
                {
                    Report(
                        LineProblemCodes.ForbiddenMember, $"body.{Encoding.UTF8.GetString(name)}", nameStart,
                        $"The member 'body.{Encoding.UTF8.GetString(name)}' is not allowed: the gateway's configuration decides where a request goes and with which credentials.", "Remove it.");
                }

                break;
        }
    }

    private void ReadModel()
    {
        int start = (int)_reader.TokenStartIndex;
        if (_reader.TokenType != JsonTokenType.String || _reader.ValueSpan.IsEmpty)
        {
            Report(LineProblemCodes.InvalidValue, "body.model", start, $"body.model must be a string that names a model (got {Got()}).", "Name a model.");
            _model = "";
            return;
        }

        // Line after line names the same one; which of several threads' it is does not matter.
        string? last = s_lastModel;
        _model = last is not null && _reader.ValueTextEquals(last) ? last : s_lastModel = _reader.GetString();
    }

    private readonly long? WholeNumber() =>
        _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value) ? value : null;
}
