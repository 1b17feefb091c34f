using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Leeway.Files;

/// <summary>
/// Reads one line in OpenAI's form, <c>{"custom_id","method","url","body"}</c>, checking its syntax to the last byte and looking at the top
/// level of the body. The first thing wrong is told.
/// </summary>
public ref partial struct BatchLineReader
{
    /// <summary>Characters of the longest <c>custom_id</c>.</summary>
    public const int MaxCustomId = 512;

    private readonly ReadOnlySpan<byte> _line;
    private readonly int _depth;
    private Utf8JsonReader _reader;
    private LineProblem? _problem;

    private string? _customId;
    private bool _isPost;
    private string? _url;
    private ByteRange _body;
    private string? _model;
    private long? _maxOutputTokens;
    private bool _hasMessages;
    private bool _hasInput;
    private bool _hasPrompt;

    private BatchLineReader(ReadOnlySpan<byte> line, int depth)
    {
        _line = line;
        _depth = depth;

        // The line is one level around the body.
        _reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = depth + 1 });
    }

    /// <summary>Reads a line without its line break.</summary>
    /// <param name="line">Its bytes.</param>
    /// <param name="depth">Levels of nesting the body may have.</param>
    /// <param name="read">What it says, when it is good.</param>
    /// <param name="problem">What is wrong with it, without the number of the line, when it is not.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, int depth, out BatchLine read, out LineProblem? problem)
    {
        if (Utf8.IsValid(line) && LineSkeleton.TryMake(line, out LineSkeleton skeleton))
        {
            bool isGood = TryReadWhole(skeleton.Bytes, depth, out read, out problem) && !read.CustomId.Contains(LineSkeleton.Stub) && !read.Model.Contains(LineSkeleton.Stub);
            read = read with { Body = skeleton.InLine(read.Body) };
            skeleton.Dispose();
            if (isGood)
            {
                return true;
            }
        }

        return TryReadWhole(line, depth, out read, out problem);
    }

    /// <summary>Reads it with the JSON reader alone: the truth that the short way must agree with.</summary>
    internal static bool TryReadWhole(ReadOnlySpan<byte> line, int depth, out BatchLine read, out LineProblem? problem)
    {
        var reader = new BatchLineReader(line, depth);
        reader.Read();
        problem = reader._problem;
        read = problem is null
            ? new BatchLine(reader._customId!, reader._url!, reader._model!, reader._body, reader._maxOutputTokens)
            : default;
        return problem is null;
    }

    private void Read()
    {
        if (!Utf8.IsValid(_line))
        {
            ReportEncoding();
            return;
        }

        try
        {
            ReadLine();
            if (_problem is null)
            {
                CheckComplete();
            }
        }
        catch (JsonException exception)
        {
            ReportSyntax(exception);
        }
        catch (InvalidOperationException)
        {
            ReportHalfPair();
        }
    }

    private void ReadLine()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            // It must be JSON to be told that it is the wrong JSON.
            JsonTokenType type = _reader.TokenType;
            _reader.Skip();
            _reader.Read();
            Report(LineProblemCodes.NotAnObject, null, 0, $"The line must be a JSON object (got {Kind(type)}).", "Write one object with custom_id, method, url and body on each line.");
            return;
        }

        MemberSet names = default;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            CheckTwice(ref names, "");
            ReadOnlySpan<byte> name = _reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(_reader.GetString()!) : _reader.ValueSpan;
            _reader.Read();
            switch (name.Length)
            {
                case 9 when name.SequenceEqual("custom_id"u8):
                    ReadCustomId();
                    break;
                case 6 when name.SequenceEqual("method"u8):
                    ReadMethod();
                    break;
                case 3 when name.SequenceEqual("url"u8):
                    ReadUrl();
                    break;
                case 4 when name.SequenceEqual("body"u8):
                    ReadBody();
                    break;
                default:
                    _reader.Skip();
                    break;
            }
        }

        // Throws when anything follows the object.
        _reader.Read();
    }

    private void ReadCustomId()
    {
        int start = (int)_reader.TokenStartIndex;
        if (_reader.TokenType != JsonTokenType.String)
        {
            Report(LineProblemCodes.InvalidValue, "custom_id", start, $"custom_id must be a string (got {Kind(_reader.TokenType)}).", $"Give each line a string of 1 to {MaxCustomId} characters.");
            _reader.Skip();
            return;
        }

        string text = _reader.GetString()!;
        if (text.Length is 0 or > MaxCustomId)
        {
            Report(LineProblemCodes.InvalidValue, "custom_id", start, $"custom_id must have 1 to {MaxCustomId} characters (got {text.Length}).", "Shorten it; results are found by it.");
        }
        else if (text.Contains('\0'))
        {
            Report(LineProblemCodes.InvalidValue, "custom_id", start, "custom_id holds U+0000, which databases cannot keep.", "Leave that character out.");
        }

        _customId = text;
    }

    private void ReadMethod()
    {
        _isPost = _reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals("POST"u8);
        if (!_isPost)
        {
            Report(LineProblemCodes.InvalidMethod, "method", (int)_reader.TokenStartIndex, $"method must be \"POST\" (got {Got()}).", "Write \"method\":\"POST\".");
            _isPost = true;
        }

        _reader.Skip();
    }

    private void ReadUrl()
    {
        if (_reader.TokenType == JsonTokenType.String)
        {
            // By number: an enumerator of an interface is an object for every line.
            for (int i = 0; i < Endpoints.Batchable.Count; i++)
            {
                if (_reader.ValueTextEquals(Endpoints.Batchable[i]))
                {
                    _url = Endpoints.Batchable[i];
                    return;
                }
            }
        }

        Report(LineProblemCodes.InvalidUrl, "url", (int)_reader.TokenStartIndex, $"url must be one of {string.Join(", ", Endpoints.Batchable)} (got {Got()}).", "Write the path of the batch's endpoint, without host.");
        _reader.Skip();
    }

    private void CheckTwice(ref MemberSet names, string parent)
    {
        int start = (int)_reader.TokenStartIndex;
        if (!names.Add(ref _reader, _line))
        {
            string name = parent + Short(_reader.GetString()!);
            Report(LineProblemCodes.DuplicateMember, name, start, $"The member '{name}' occurs more than once.", "Leave one of them.");
        }
    }

    private void CheckComplete()
    {
        if (_customId is null)
        {
            ReportMissing("custom_id", 0, "Give the line an id of its own: results are found by it.");
        }
        else if (!_isPost)
        {
            ReportMissing("method", 0, "Write \"method\":\"POST\".");
        }
        else if (_url is null)
        {
            ReportMissing("url", 0, $"Write one of {string.Join(", ", Endpoints.Batchable)}.");
        }
        else if (_body.Length == 0)
        {
            ReportMissing("body", 0, "Put the request's JSON object there.");
        }
        else if (_model is null)
        {
            ReportMissing("body.model", _body.Start, "Name a model.");
        }
        else if (_url == Endpoints.Chat && !_hasMessages)
        {
            ReportMissing("body.messages", _body.Start, $"{_url} needs an array of messages.");
        }
        else if (_url == Endpoints.Embeddings && !_hasInput)
        {
            ReportMissing("body.input", _body.Start, $"{_url} needs an input.");
        }
        else if (_url == Endpoints.Completions && !_hasPrompt)
        {
            ReportMissing("body.prompt", _body.Start, $"{_url} needs a prompt.");
        }
    }

    private readonly ByteRange RangeFrom(int start) => new(start, (int)_reader.BytesConsumed - start);
}
