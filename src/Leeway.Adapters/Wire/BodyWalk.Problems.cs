using System.Text;
using System.Text.Json;

namespace Leeway.Adapters.Wire;

internal ref partial struct BodyWalk
{
    private void ReportForbidden(int start)
    {
        string name = MemberNames.NameAt(_body, start);
        Report(BodyProblemKind.ForbiddenMember, $"The member '{name}' is not allowed: the gateway's configuration decides where a request goes and with which credentials. Remove it.", name, start);
    }

    private void Report(BodyProblemKind kind, string message, string? member, int offset) =>
        _problem ??= Problem(kind, message, member, offset);

    private readonly BodyProblem Problem(BodyProblemKind kind, string message, string? member, int offset)
    {
        ReadOnlySpan<byte> before = _body[..Math.Min(offset, _body.Length)];
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new BodyProblem(kind, message, member, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    private readonly BodyProblem SyntaxProblem(JsonException e)
    {
        int offset = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
        {
            int feed = _body[offset..].IndexOf((byte)'\n');
            if (feed < 0)
            {
                break;
            }

            offset += feed + 1;
        }

        offset = (int)Math.Min(_body.Length, offset + (e.BytePositionInLine ?? 0));
        bool opens = offset < _body.Length && _body[offset] is (byte)'[' or (byte)'{';
        int depth = _reader.CurrentDepth + (_reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
        if (opens && depth >= _maxDepth)
        {
            return Problem(BodyProblemKind.TooDeep, $"The body is nested deeper than {_maxDepth} levels.", null, offset);
        }

        int suffix = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = suffix < 0 ? e.Message : e.Message[..suffix];
        return Problem(BodyProblemKind.Syntax, "The body is not valid JSON: " + reason, null, offset);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
        {
            offset += consumed;
        }

        return offset;
    }
}
