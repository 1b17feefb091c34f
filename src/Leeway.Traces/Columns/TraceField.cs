namespace Leeway.Traces.Columns;

/// <summary>What a column of a trace can mean. The words of <c>--map</c>.</summary>
internal sealed record TraceField(string Name, string Meaning, bool Needed, FieldType Type, params string[] Aliases)
{
    public static readonly TraceField Time = new("time", "when the request came", true, FieldType.Time,
        "timestamp", "time", "starttime", "starttimeiso", "startedat", "createdat", "created", "requesttime", "requesttimestamp", "arrivaltime", "arrivedat", "arrival", "arrivaltimestamp",
        "eventtime", "datetime", "date", "ts", "at");

    public static readonly TraceField End = new("end", "when the answer was complete", false, FieldType.Time,
        "endtime", "endtimeiso", "endedat", "completedat", "finishedat", "responsetime", "responsetimestamp");

    public static readonly TraceField Input = new("input", "tokens of input", true, FieldType.Number,
        "inputtokens", "prompttokens", "contexttokens", "requesttokens", "inputlength", "promptlength", "promptlen", "inputlen", "inputusage", "tokensin", "usageinput",
        "usage.inputtokens", "usage.prompttokens", "usage.input", "usagedetails.input", "numprefilltokens", "input", "prompt.tokens");

    public static readonly TraceField Output = new("output", "tokens of output", true, FieldType.Number,
        "outputtokens", "completiontokens", "generatedtokens", "responsetokens", "outputlength", "completionlength", "outputlen", "responselength", "outputusage", "tokensout", "usageoutput",
        "usage.outputtokens", "usage.completiontokens", "usage.output", "usagedetails.output", "numdecodetokens", "output", "completion.tokens");

    public static readonly TraceField Cached = new("cached", "the part of the input that was read from a cache", false, FieldType.Number,
        "cachedtokens", "inputcachedtokens", "cachedinputtokens", "cachereadinputtokens", "usage.cachedtokens", "usagedetails.inputcachedtokens", "usagedetails.cachereadinputtokens",
        "usage.prompttokensdetails.cachedtokens", "usage.inputtokensdetails.cachedtokens");

    public static readonly TraceField Latency = new("latency", "seconds until the answer was complete", false, FieldType.Number,
        "latency", "latencys", "latencyseconds", "duration", "durations", "durationseconds", "elapsed", "elapsedtime", "endtoendlatencys", "responsetimeseconds");

    public static readonly TraceField LatencyMs = new("latency_ms", "milliseconds until the answer was complete", false, FieldType.Number,
        "latencyms", "durationms", "elapsedms", "requestdurationms", "responsetimems", "latencymilliseconds");

    public static readonly TraceField Model = new("model", "the model", false, FieldType.Text,
        "model", "modelname", "providedmodelname", "modelid", "modelgroup", "deployment");

    public static readonly TraceField Sender = new("sender", "who sent it: a key, user or client", false, FieldType.Text,
        "sender", "caller", "client", "clientid", "keyalias", "apikeyalias", "metadata.userapikeyalias", "apikeyname", "apikeyid", "apikey", "keyid", "key", "userid", "user", "enduser", "tenant", "tenantid", "teamid",
        "team", "projectid", "project", "sessionid");

    public static readonly TraceField Route = new("route", "the path or the name of the call", false, FieldType.Text,
        "route", "endpoint", "path", "requestpath", "calltype", "name", "operation", "logtype", "workload", "feature");

    public static readonly TraceField Requests = new("requests", "requests that the row adds up", false, FieldType.Number,
        "nummodelrequests", "numrequests", "requestcount", "apirequests", "nrequests");

    public static readonly TraceField Prompt = new("prompt", "the prompt or its hash, to find what is asked twice", false, FieldType.Text,
        "prompt", "prompthash", "messages", "bodyhash", "requesthash", "inputhash", "contenthash");

    public static readonly TraceField Blocks = new("blocks", "hashes of the prompt's blocks, each over all before it", false, FieldType.List, "hashids", "blockhashes", "prefixhashes");

    public static readonly TraceField Id = new("id", "the row's own id, to find rows that come twice", false, FieldType.Text, "requestid", "id", "observationid", "generationid", "spanid");

    public static readonly TraceField Deferred = new("deferred", "whether it travelled deferred already: true, batch, flex", false, FieldType.Text, "deferred", "batch", "isbatch", "lane");

    public static readonly TraceField Paid = new("paid", "USD that it cost", false, FieldType.Number,
        "spend", "costusd", "cost", "totalcost", "calculatedtotalcost", "responsecost", "costdetails.total");

    public static readonly IReadOnlyList<TraceField> All =
        [Time, End, Input, Output, Cached, Latency, LatencyMs, Model, Sender, Route, Requests, Prompt, Blocks, Id, Deferred, Paid];
}

/// <summary>What kind of values a field takes.</summary>
internal enum FieldType
{
    Time,
    Number,
    Text,
    List,
}
