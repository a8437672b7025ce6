import { defineReasons } from '../refusal-reason.js';

/** Refusals of the HTTP edge and of form parsing, the same at every endpoint that takes a form. */
export const REQUEST_REASONS = defineReasons({
  'request.repeated_parameter': {
    code: 'invalid_request',
    description: 'a request parameter is repeated',
    spec: 'RFC 6749 §3.2',
    expected: 'each parameter once; only resource may repeat (RFC 8707 §2)',
  },
  'request.content_type': {
    code: 'invalid_request',
    description: 'the request body must be application/x-www-form-urlencoded',
    spec: 'RFC 6749 §3.2, Appendix B',
    expected: 'Content-Type: application/x-www-form-urlencoded, no Content-Encoding',
  },
  'request.malformed_form': {
    code: 'invalid_request',
    description: 'the request body is not a valid form',
    spec: 'RFC 6749 Appendix B',
    expected: 'percent-encoded UTF-8 without NUL characters',
  },
  'request.too_many_parameters': {
    code: 'invalid_request',
    description: 'the request has too many parameters',
    spec: 'Ours: FORM_PARAMETERS_MAX',
    expected: 'at most 100 parameters',
  },
  'request.parameter_too_long': {
    code: 'invalid_request',
    description: 'a request parameter is too long',
    spec: 'Ours: PARAMETER_BYTES_MAX',
    expected: 'each parameter at most 16 KiB',
  },
  'request.missing_parameter': {
    code: 'invalid_request',
    description: 'a required request parameter is missing',
    spec: 'RFC 6749 §5.2',
    expected: 'every parameter the endpoint requires, with a value',
  },
  'request.malformed_parameter': {
    code: 'invalid_request',
    description: 'a request parameter has an invalid value',
    spec: 'RFC 6749 Appendix A',
    expected: 'each parameter in the syntax its specification gives',
  },
});
