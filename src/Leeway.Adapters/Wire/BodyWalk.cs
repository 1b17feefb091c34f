using System.Text.Json;
using System.Text.Unicode;

namespace Leeway.Adapters.Wire;

/// <summary>One walk over a body's top level. The first problem is kept and the walk goes on, so that a syntax error further down outranks it.</summary>
internal ref partial struct BodyWalk
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly int _maxDepth;
    private Utf8JsonReader _reader;
    private MemberNames _names;
    private BodyProblem? _problem;

    private string? _model;
    private ByteRange _modelRange;
    private ByteRange _streamMember;
    private ByteRange _streamOptionsMember;
    private ByteRange _serviceTierMember;
    private ByteRange _backgroundMember;
    private ByteRange _previousResponseRange;
    private ByteRange _metadata;
    private ByteRange _tools;
    private ByteRange _instructions;
    private ByteRange _prompt;
    private bool _stream;
    private bool _includesUsage;
    private bool _background;
    private bool _limitsTokens;
    private bool _store = true;
    private bool _inConversation;
    private string? _previousResponse;
    private long? _maxTokens;
    private long? _maxOutputTokens;
    private long? _maxCompletionTokens;
    private int _choices = 1;
    private int _inputs;
    private string? _serviceTier;
    private string? _deadline;
    private string? _priority;

    public BodyWalk(ReadOnlySpan<byte> body, int maxDepth)
    {
        _body = body;
        _maxDepth = maxDepth;
        _reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
    }

    public bool Run(out OpenAIBodyScan scan, out BodyProblem problem)
    {
        scan = default;
        if (_body.StartsWith("\uFEFF"u8))
        {
            problem = Problem(BodyProblemKind.Encoding, "The body starts with a byte order mark; send UTF-8 without one.", null, 0);
            return false;
        }

        // The JSON reader does not look at the encoding of strings it skips.
        if (!Utf8.IsValid(_body))
        {
            problem = Problem(BodyProblemKind.Encoding, "The body is not valid UTF-8 here.", null, FirstInvalid(_body));
            return false;
        }

        try
        {
            Walk();
        }
        catch (JsonException e)
        {
            problem = SyntaxProblem(e);
            return false;
        }

        if (_problem is null && _model is null)
        {
            Report(BodyProblemKind.MissingModel, "The body names no model; add the member 'model'.", "model", 0);
        }

        problem = _problem.GetValueOrDefault();
        if (_problem is not null)
        {
            return false;
        }

        scan = new OpenAIBodyScan
        {
            Model = _model!,
            Shape = new BodyShape
            {
                Model = _modelRange,
                StreamMember = _streamMember,
                StreamOptionsMember = _streamOptionsMember,
                ServiceTierMember = _serviceTierMember,
                BackgroundMember = _backgroundMember,
                Stream = _stream,
                IncludesUsage = _includesUsage,
            },
            Metadata = _metadata,
            Tools = _tools,
            Instructions = _instructions,
            Prompt = _prompt,
            MaxOutputTokens = _maxCompletionTokens ?? _maxOutputTokens ?? _maxTokens,
            Choices = _choices,
            ServiceTier = _serviceTier,
            LeewayDeadline = _deadline,
            LeewayPriority = _priority,
            Background = _background,
            InputCount = _inputs,
            LimitsTokens = _limitsTokens,
            Stores = _store,
            InConversation = _inConversation,
            PreviousResponse = _previousResponse,
            PreviousResponseRange = _previousResponseRange,
        };
        return true;
    }

    private void Walk()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            Report(BodyProblemKind.NotAnObject, "The body must be a JSON object.", null, (int)_reader.TokenStartIndex);
            _reader.Skip();
            _reader.Read();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)_reader.TokenStartIndex;
            Member member = _reader.ValueIsEscaped ? FindEscaped(start) : MemberNames.Find(_reader.ValueSpan);
            if (!_names.Add(ref _reader, _body, out string? twice))
            {
                Report(BodyProblemKind.DuplicateMember, $"The member '{twice}' occurs more than once.", twice, start);
            }

            _reader.Read();
            ReadMember(member, start);
        }

        _reader.Read();
    }

    private void ReadMember(Member member, int start)
    {
        int valueStart = (int)_reader.TokenStartIndex;
        switch (member)
        {
            case Member.Model:
                ReadModel(valueStart);
                break;
            case Member.Stream:
                _stream = _reader.TokenType == JsonTokenType.True;
                break;
            case Member.StreamOptions:
                ReadStreamOptions();
                break;
            case Member.Metadata:
                ReadMetadata();
                _metadata = RangeFrom(valueStart);
                break;
            case Member.Input:
                _inputs = CountInputs();
                break;
            case Member.MaxTokens:
                _limitsTokens = _reader.TokenType != JsonTokenType.Null;
                _maxTokens = WholeNumber();
                break;
            case Member.MaxOutputTokens:
                _maxOutputTokens = WholeNumber();
                break;
            case Member.MaxCompletionTokens:
                _maxCompletionTokens = WholeNumber();
                break;
            case Member.N:
                _choices = WholeNumber() is >= 1 and <= int.MaxValue and var n ? (int)n : 1;
                break;
            case Member.ServiceTier:
                _serviceTier = _reader.TokenType == JsonTokenType.String && JsonText.TryGet(ref _reader, out string? tier) ? tier : null;
                break;
            case Member.Background:
                _background = _reader.TokenType == JsonTokenType.True;
                break;
            case Member.Store:
                _store = _reader.TokenType != JsonTokenType.False;
                break;
            case Member.Conversation:
                _inConversation = _reader.TokenType != JsonTokenType.Null;
                break;
            case Member.PreviousResponse when _reader.TokenType == JsonTokenType.String && JsonText.TryGet(ref _reader, out string? previous):
                _previousResponse = previous;
                _previousResponseRange = RangeFrom(valueStart);
                break;
            case Member.Forbidden:
                ReportForbidden(start);
                break;
        }

        _reader.Skip();
        if (member == Member.Stream)
        {
            _streamMember = RangeFrom(start);
        }
        else if (member == Member.ServiceTier)
        {
            _serviceTierMember = RangeFrom(start);
        }
        else if (member == Member.Background)
        {
            _backgroundMember = RangeFrom(start);
        }
        else if (member == Member.StreamOptions)
        {
            _streamOptionsMember = RangeFrom(start);
        }
        else if (member is Member.Prompt or Member.Input)
        {
            _prompt = RangeFrom(valueStart);
        }
        else if (member == Member.Instructions)
        {
            _instructions = RangeFrom(valueStart);
        }
        else if (member == Member.Tools)
        {
            _tools = RangeFrom(valueStart);
        }
    }

    private void ReadModel(int valueStart)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            Report(BodyProblemKind.WrongType, "The member 'model' must be a string.", "model", valueStart);
            return;
        }

        if (_reader.ValueSpan.IsEmpty)
        {
            Report(BodyProblemKind.MissingModel, "The member 'model' is empty; name a model.", "model", valueStart);
            return;
        }

        _modelRange = RangeFrom(valueStart);
        if (!_reader.ValueIsEscaped)
        {
            _model = ModelNames.Intern(_reader.ValueSpan);
        }
        else if (JsonText.TryGet(ref _reader, out string? text))
        {
            _model = text;
        }
        else
        {
            Report(BodyProblemKind.WrongType, "The member 'model' holds half of a surrogate pair, which is not text.", "model", valueStart);
        }
    }

    private void ReadStreamOptions()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isUsage = JsonText.NameIs(ref _reader, "include_usage"u8);
            _reader.Read();
            if (isUsage)
            {
                _includesUsage = _reader.TokenType == JsonTokenType.True;
            }

            _reader.Skip();
        }
    }

    private void ReadMetadata()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.NameIs(ref _reader, LeewayMetadata.Deadline))
            {
                ReadSignal("metadata.leeway_deadline", ref _deadline);
            }
            else if (JsonText.NameIs(ref _reader, LeewayMetadata.Priority))
            {
                ReadSignal("metadata.leeway_priority", ref _priority);
            }
            else
            {
                _reader.Read();
            }

            _reader.Skip();
        }
    }

    private void ReadSignal(string member, ref string? value)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.String || !JsonText.TryGet(ref _reader, out value))
        {
            Report(BodyProblemKind.WrongType, $"The member '{member}' must be a string.", member, (int)_reader.TokenStartIndex);
        }
    }

    private int CountInputs()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            return _reader.TokenType == JsonTokenType.String ? 1 : 0;
        }

        int count = 0;
        bool numbers = false;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            numbers |= _reader.TokenType == JsonTokenType.Number;
            count++;
            _reader.Skip();
        }

        return numbers ? 1 : count;
    }

    private readonly long? WholeNumber() =>
        _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value) ? value : null;

    private readonly ByteRange RangeFrom(int start) => new(start, (int)_reader.BytesConsumed - start);

    private Member FindEscaped(int start)
    {
        // Each byte of a known name may be escaped in six.
        Span<byte> name = stackalloc byte[MemberNames.LongestKnown * 6];
        if (_reader.ValueSpan.Length > name.Length)
        {
            return Member.Other;
        }

        if (JsonText.TryCopy(ref _reader, name, out int length))
        {
            return MemberNames.Find(name[..length]);
        }

        Report(BodyProblemKind.Syntax, "A member's name holds half of a surrogate pair, which is not text.", null, start);
        return Member.Other;
    }
}
